import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { emailField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';

/** Renders the page that asks for the address to send a link to. */
export function forgotPasswordPage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly email: string;
  readonly request: string;
  readonly formToken: string;
}): Page {
  const { language, brand, request } = view;
  const { password: words, signIn } = translationsOf(language);
  const body = html`<h1>${words.forgotTitle}</h1>
    <p class="lead">${words.forgotLead}</p>
    <form method="post" action="/oauth/password">
      ${hidden({ request, csrf: view.formToken })}
      ${emailField({ label: signIn.email, value: view.email, isFocused: true })}
      <button type="submit">${words.forgotSubmit}</button>
    </form>
    <p class="below"><a href="/oauth/authorize?${request}">${words.back}</a></p>`;
  return layout({ language, brand, title: words.forgotTitle, body, formTargets: [] });
}

/** Renders the page that asks for the new password, twice, because the input is hidden. */
export function setPasswordPage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly email: string;
  readonly token: string;
  readonly leastChars: number;
  readonly formToken: string;
  readonly fault: string | null;
}): Page {
  const { language, brand, email, leastChars, fault } = view;
  const { password: words, signIn } = translationsOf(language);
  const describedBy =
    fault === null ? html`aria-describedby="hint"` : html`aria-invalid="true" aria-describedby="fault hint"`;
  const body = html`<h1>${words.setTitle}</h1>
    <p class="lead">${words.setLead}</p>
    ${alert(fault)}
    <form method="post" action="/oauth/password">
      ${hidden({ token: view.token, csrf: view.formToken })}
      <div class="field">
        <label for="email">${signIn.email}</label>
        <input type="email" id="email" name="email" value="${email}" autocomplete="username" readonly />
      </div>
      <div class="field">
        <label for="password">${words.fresh}</label>
        <input
          type="password"
          id="password"
          name="password"
          autocomplete="new-password"
          minlength="${leastChars}"
          maxlength="256"
          required
          autofocus
          ${describedBy}
        />
        <p class="hint" id="hint">${words.hint(leastChars)}</p>
      </div>
      <div class="field">
        <label for="again">${words.again}</label>
        <input
          type="password"
          id="again"
          name="again"
          autocomplete="new-password"
          minlength="${leastChars}"
          maxlength="256"
          required
        />
      </div>
      <button type="submit">${words.setSubmit}</button>
    </form>`;
  return layout({ language, brand, title: words.setTitle, body, formTargets: [] });
}
