import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { codeField, readonlyEmailField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';

/** Renders the page that asks for the code from the mail. */
export function emailCodePage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly email: string;
  /** The code, if a link contained it; empty otherwise. */
  readonly code: string;
  readonly request: string;
  /** True if the user chose to stay signed in. */
  readonly stays: boolean;
  readonly formToken: string;
  /** The error of the last attempt. */
  readonly fault: string | null;
  readonly formTargets: readonly string[];
}): Page {
  const { language, brand, email, code, request, fault, formTargets } = view;
  const { emailCode: words, signIn } = translationsOf(language);
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${code === '' ? words.sent(email) : words.confirm}</p>
    ${alert(fault)}
    <form method="post" action="/oauth/sign-in">
      ${hidden({ request, csrf: view.formToken, method: 'email-code', ...(view.stays ? { stay: 'yes' } : {}) })}
      ${readonlyEmailField({ label: signIn.email, value: email })}
      ${codeField({ label: words.code, hint: words.hint, value: code, isFocused: true, isInvalid: fault !== null })}
      <button type="submit">${words.submit}</button>
    </form>
    <p class="below"><a href="/oauth/sign-in?request=${encodeURIComponent(request)}">${words.back}</a></p>`;
  return layout({ language, brand, title: words.title, body, formTargets });
}
