import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language, Translations } from '../text/translations';
import { codeField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';
import { type PasskeyForm, passkeyForm } from './passkey.form';

export interface SecondFactorView {
  readonly language: Language;
  readonly brand: Brand;
  /** The address of the account, or its name. */
  readonly account: string;
  /** Hidden fields of each form, including the token. */
  readonly fields: Readonly<Record<string, string>>;
  /** `null` for a user without a passkey for this site. */
  readonly passkey: PasskeyForm | null;
  readonly hasApp: boolean;
  readonly hasRecoveryCodes: boolean;
  readonly fault: string | null;
  readonly formTargets: readonly string[];
}

const ACTION = '/oauth/second-factor';

/** Renders the page that asks for the second factor. */
export function secondFactorPage(view: SecondFactorView): Page {
  const { language, brand, passkey, hasApp, hasRecoveryCodes, fault, formTargets } = view;
  const translations = translationsOf(language);
  const words = translations.secondFactor;
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(view.account)}</p>
    ${alert(fault)} ${passkey !== null && passkeyPart(view, passkey, translations)} ${hasApp && appPart(view, words)}
    ${hasRecoveryCodes && recoveryPart(view, words)}`;
  const script = passkey === null ? {} : { script: 'passkeys' as const };
  return layout({ language, brand, title: words.title, body, formTargets, ...script });
}

function passkeyPart({ fields, hasApp }: SecondFactorView, passkey: PasskeyForm, words: Translations): Html {
  return html`${passkeyForm({
    passkey,
    kind: 'get',
    action: ACTION,
    fields: { ...fields, method: 'passkey' },
    button: words.passkey.use,
    fault: words.passkey.refused,
    isQuiet: false,
  })}
  ${!hasApp && html`<p class="lead" data-no-passkeys hidden>${words.passkey.missing}</p>`}`;
}

function appPart({ fields, fault, passkey }: SecondFactorView, words: Translations['secondFactor']): Html {
  return html`<form method="post" action="${ACTION}">
    ${hidden({ ...fields, method: 'code' })}
    ${codeField({ label: words.code, hint: words.codeHint, isFocused: passkey === null, isInvalid: fault !== null })}
    <button type="submit" ${passkey !== null && html`class="quiet"`}>${words.submit}</button>
  </form>`;
}

function recoveryPart({ fields }: SecondFactorView, words: Translations['secondFactor']): Html {
  return html`<details>
    <summary>${words.recovery}</summary>
    <form method="post" action="${ACTION}">
      ${hidden({ ...fields, method: 'code' })}
      <div class="field">
        <label for="recovery">${words.recoveryCode}</label>
        <input
          type="text"
          id="recovery"
          name="code"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength="64"
          required
          aria-describedby="recovery-hint"
        />
        <p class="hint" id="recovery-hint">${words.recoveryHint}</p>
      </div>
      <button type="submit" class="quiet">${words.submit}</button>
    </form>
  </details>`;
}
