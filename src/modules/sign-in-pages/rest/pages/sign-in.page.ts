import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { emailField, passwordField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';
import { type PasskeyForm, passkeyForm } from './passkey.form';

export interface SignInView {
  readonly language: Language;
  readonly brand: Brand;
  readonly appName: string;
  readonly email: string;
  /** The form's target. `fields` are its hidden fields, without the token. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly formToken: string;
  /** The form for a passkey; `null` if passkeys cannot be used here. */
  readonly passkey: PasskeyForm | null;
  /** URL for requesting a new password; `null` if users cannot request one. */
  readonly forgot: string | null;
  /** True if a code by mail can replace the password. */
  readonly offersCodes: boolean;
  /** Number of days for which the user can stay signed in; `null` without this choice. */
  readonly stayDays: number | null;
  /** URL for creating an account; `null` if people cannot sign up. */
  readonly signUp: string | null;
  /** The error of the last attempt. */
  readonly fault: string | null;
  readonly formTargets: readonly string[];
  /** The tenant's identity providers, each with the URL that starts a sign-in there. */
  readonly providers: readonly ProviderButton[];
}

export interface ProviderButton {
  readonly id: string;
  readonly name: string;
  readonly href: string;
}

/** Renders the page that asks for address and password, or a passkey. */
export function signInPage(view: SignInView): Page {
  const { language, email, fault, forgot, passkey } = view;
  const words = translationsOf(language).signIn;
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(view.appName)}</p>
    ${alert(fault)}
    <form method="post" action="${view.action}">
      ${hidden({ ...view.fields, csrf: view.formToken })}
      ${emailField({
        label: words.email,
        value: email,
        offersPasskeys: passkey !== null,
        isFocused: email === '',
        isInvalid: fault !== null,
      })}
      ${passwordField({ label: words.password, isFocused: email !== '', isInvalid: fault !== null })}
      ${view.stayDays !== null && stayBox(words.stay(view.stayDays))}
      <button type="submit">${words.submit}</button>
      ${view.offersCodes && html`<button type="submit" class="quiet" name="method" value="email" formnovalidate>${words.emailCode}</button>`}
      ${view.providers.length > 0 && homeButton(language)}
    </form>
    ${passkey !== null && passkeyPart(view, passkey)}
    ${forgot !== null && html`<p class="below"><a href="${forgot}">${words.forgot}</a></p>`}
    ${view.signUp !== null && html`<p class="below"><a href="${view.signUp}">${words.signUp}</a></p>`}
    ${providerButtons(language, view.providers)}`;
  const script = passkey === null ? {} : { script: 'passkeys' as const };
  return layout({ language, brand: view.brand, title: words.title, body, formTargets: view.formTargets, ...script });
}

function passkeyPart({ language, action, fields, formToken }: SignInView, passkey: PasskeyForm): Html {
  const words = translationsOf(language).passkey;
  return passkeyForm({
    passkey,
    kind: 'autofill',
    action,
    fields: { ...fields, csrf: formToken, method: 'passkey' },
    button: words.signIn,
    fault: words.refused,
    isQuiet: true,
  });
}

/** Renders a link for each provider. They are links, not forms, so that the content security policy does not limit their redirects. */
function providerButtons(language: Language, providers: readonly ProviderButton[]): Html | null {
  if (providers.length === 0) return null;
  const words = translationsOf(language).connections;
  return html`<p class="or">${words.or}</p>
    <ul class="providers">
      ${providers.map(
        ({ id, name, href }) => html`<li><a class="provider" id="${id}" href="${href}">${words.with(name)}</a></li>`,
      )}
    </ul>`;
}

/** Renders the button that finds the provider by the address. It needs no password. */
function homeButton(language: Language): Html {
  const { home } = translationsOf(language).connections;
  return html`<button type="submit" class="quiet" name="method" value="home" formnovalidate>${home}</button>`;
}

function stayBox(label: string): Html {
  return html`<div class="check">
    <input type="checkbox" id="stay" name="stay" value="yes" />
    <label for="stay">${label}</label>
  </div>`;
}
