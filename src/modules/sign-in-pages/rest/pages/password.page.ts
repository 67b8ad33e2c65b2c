import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { emailField, newPasswordField, readonlyEmailField } from './fields';
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
  const body = html`<h1>${words.setTitle}</h1>
    <p class="lead">${words.setLead}</p>
    ${alert(fault)}
    <form method="post" action="/oauth/password">
      ${hidden({ token: view.token, csrf: view.formToken })}
      ${readonlyEmailField({ label: signIn.email, value: email })}
      ${newPasswordField({
        label: words.fresh,
        leastChars,
        hint: words.hint(leastChars),
        isFocused: true,
        isInvalid: fault !== null,
      })}
      ${newPasswordField({ label: words.again, name: 'again', leastChars })}
      <button type="submit">${words.setSubmit}</button>
    </form>`;
  return layout({ language, brand, title: words.setTitle, body, formTargets: [] });
}
