import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { alert, type Brand, hidden, layout } from './layout';

export interface SignInView {
  readonly language: Language;
  readonly brand: Brand;
  readonly appName: string;
  readonly email: string;
  /** The form's target. `fields` are its hidden fields, without the token. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly formToken: string;
  /** URL for requesting a new password; `null` if users cannot request one. */
  readonly forgot: string | null;
  /** The error of the last attempt. */
  readonly fault: string | null;
  readonly formTargets: readonly string[];
}

/** Renders the page that asks for address and password. */
export function signInPage(view: SignInView): Page {
  const { language, email, fault, forgot } = view;
  const words = translationsOf(language).signIn;
  const invalid = fault === null ? '' : html` aria-invalid="true" aria-describedby="fault"`;
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(view.appName)}</p>
    ${alert(fault)}
    <form method="post" action="${view.action}">
      ${hidden({ ...view.fields, csrf: view.formToken })}
      <div class="field">
        <label for="email">${words.email}</label>
        <input
          type="email"
          id="email"
          name="email"
          value="${email}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="254"
          required
          ${email === '' && html`autofocus`}
          ${invalid}
        />
      </div>
      <div class="field">
        <label for="password">${words.password}</label>
        <input
          type="password"
          id="password"
          name="password"
          autocomplete="current-password"
          maxlength="256"
          required
          ${email !== '' && html`autofocus`}
          ${invalid}
        />
      </div>
      <button type="submit">${words.submit}</button>
    </form>
    ${forgot !== null && html`<p class="below"><a href="${forgot}">${words.forgot}</a></p>`}`;
  return layout({ language, brand: view.brand, title: words.title, body, formTargets: view.formTargets });
}
