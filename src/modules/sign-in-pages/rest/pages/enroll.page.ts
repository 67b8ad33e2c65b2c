import { renderSVG } from 'uqr';
import { Html, html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language, Translations } from '../text/translations';
import { codeField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';
import { type PasskeyForm, passkeyForm } from './passkey.form';

/** An authenticator app that is being added. */
export interface AppForm {
  /** The key in base32. */
  readonly key: string;
  /** `otpauth://…` */
  readonly uri: string;
  /** The signed key, which the form sends back. */
  readonly signedKey: string;
}

export interface EnrollView {
  readonly language: Language;
  readonly brand: Brand;
  readonly title: string;
  readonly lead: string;
  readonly action: string;
  /** Hidden fields of each form, including the token. */
  readonly fields: Readonly<Record<string, string>>;
  /** `null` if only an app can be added. */
  readonly passkey: PasskeyForm | null;
  readonly app: AppForm;
  readonly fault: string | null;
  readonly formTargets: readonly string[];
}

/** Renders the page on which a user adds a passkey or an authenticator app. */
export function enrollPage(view: EnrollView): Page {
  const { language, brand, title, passkey, fault, formTargets } = view;
  const words = translationsOf(language);
  const body = html`<h1>${title}</h1>
    <p class="lead">${view.lead}</p>
    ${alert(fault)} ${passkey !== null && passkeyPart(view, passkey, words)} ${appPart(view, words.enroll)}`;
  const script = passkey === null ? {} : { script: 'passkeys' as const };
  return layout({ language, brand, title, body, formTargets, ...script });
}

function passkeyPart({ action, fields }: EnrollView, passkey: PasskeyForm, words: Translations): Html {
  return html`<section class="part">
    <h2>${words.enroll.passkey}</h2>
    <p class="lead">${words.enroll.passkeyLead}</p>
    ${passkeyForm({
      passkey,
      kind: 'create',
      action,
      fields: { ...fields, method: 'passkey' },
      button: words.enroll.passkeySubmit,
      fault: words.passkey.refused,
      isQuiet: false,
    })}
    <p class="lead" data-no-passkeys hidden>${words.passkey.missing}</p>
  </section>`;
}

function appPart({ action, fields, app, fault }: EnrollView, words: Translations['enroll']): Html {
  return html`<section class="part">
    <h2>${words.app}</h2>
    <p class="lead">${words.appLead}</p>
    <p class="qr">${qrCode(app.uri)}</p>
    <p class="hint">${words.key} <code>${app.key.replace(/.{4}(?=.)/g, '$& ')}</code></p>
    <form method="post" action="${action}">
      ${hidden({ ...fields, method: 'totp', key: app.signedKey })}
      ${codeField({ label: words.code, isInvalid: fault !== null })}
      <button type="submit" class="quiet">${words.submit}</button>
    </form>
  </section>`;
}

/** Renders a QR code. The library writes only numbers and the names of colors, so its output needs no escaping. */
function qrCode(text: string): Html {
  return new Html(renderSVG(text, { border: 2 }));
}
