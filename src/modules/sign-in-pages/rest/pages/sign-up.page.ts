import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { emailField, newPasswordField, readonlyEmailField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';

/** Renders the page that asks for the address of a new account. The account itself is created with the link that is mailed there. */
export function signUpPage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly appName: string;
  readonly email: string;
  /** The domains that addresses must have; empty if any address can sign up. */
  readonly domains: readonly string[];
  readonly request: string;
  readonly formToken: string;
}): Page {
  const { language, brand, domains, request } = view;
  const { signUp: words, signIn } = translationsOf(language);
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(view.appName)}</p>
    ${domains.length > 0 && html`<p class="lead">${words.domains(domains.map((domain) => `@${domain}`).join(', '))}</p>`}
    <form method="post" action="/oauth/sign-up">
      ${hidden({ request, csrf: view.formToken })}
      ${emailField({ label: signIn.email, value: view.email, isFocused: true })}
      <button type="submit">${words.submit}</button>
    </form>
    <p class="below"><a href="/oauth/sign-in?request=${encodeURIComponent(request)}">${words.haveAccount}</a></p>`;
  return layout({ language, brand, title: words.title, body, formTargets: [] });
}

/** Renders the page that the link in the mail opens. */
export function createAccountPage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly email: string;
  readonly name: string;
  readonly leastChars: number;
  readonly termsUrl: string | null;
  readonly token: string;
  readonly formToken: string;
  /** The error of the last attempt. */
  readonly fault: string | null;
}): Page {
  const { language, brand, fault, leastChars } = view;
  const { signUp: words, password, signIn } = translationsOf(language);
  const body = html`<h1>${words.createTitle}</h1>
    <p class="lead">${words.createLead}</p>
    ${alert(fault)}
    <form method="post" action="/oauth/sign-up">
      ${hidden({ token: view.token, csrf: view.formToken })}
      ${readonlyEmailField({ label: signIn.email, value: view.email })}
      <div class="field">
        <label for="name">${words.name}</label>
        <input
          type="text"
          id="name"
          name="name"
          value="${view.name}"
          autocomplete="name"
          maxlength="200"
          required
          ${fault === null && html`autofocus`}
        />
      </div>
      ${newPasswordField({
        label: password.fresh,
        leastChars,
        hint: password.hint(leastChars),
        isFocused: fault !== null,
        isInvalid: fault !== null,
      })}
      ${view.termsUrl !== null && termsBox(language, view.termsUrl)}
      <button type="submit">${words.create}</button>
    </form>`;
  return layout({ language, brand, title: words.createTitle, body, formTargets: [] });
}

function termsBox(language: Language, termsUrl: string): Html {
  const { signUp: words } = translationsOf(language);
  return html`<div class="check">
    <input type="checkbox" id="terms" name="terms" value="yes" required />
    <div>
      <label for="terms">${words.acceptTerms}</label>
      <p class="hint"><a href="${termsUrl}" target="_blank" rel="noopener noreferrer">${words.readTerms}</a></p>
    </div>
  </div>`;
}
