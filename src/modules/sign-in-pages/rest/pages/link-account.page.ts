import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { emailField, passwordField } from './fields';
import { alert, type Brand, hidden, layout } from './layout';

export interface LinkAccountView {
  readonly language: Language;
  readonly brand: Brand;
  readonly provider: string;
  /** How the provider names the person. */
  readonly person: string;
  /** The address of the account, as typed or as the provider asserts it. */
  readonly email: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly formToken: string;
  readonly fault: string | null;
  readonly formTargets: readonly string[];
  /** The sign-in page. */
  readonly cancel: string;
}

/**
 * Renders the page that names both accounts: the one at the provider, and the one here, whose owner proves it with its password. The page is
 * the same whether an account with the address exists or not.
 */
export function linkAccountPage(view: LinkAccountView): Page {
  const { language, brand, fault, email } = view;
  const { connections: words, signIn } = translationsOf(language);
  const body = html`<h1>${words.linkTitle}</h1>
    <p class="lead">${words.linkLead}</p>
    <p class="account">
      <span>${words.linkUpstream(view.provider)}</span>
      <strong>${view.person}</strong>
    </p>
    ${alert(fault)}
    <form method="post" action="/oauth/connections/link">
      ${hidden({ ...view.fields, csrf: view.formToken })}
      ${emailField({ label: signIn.email, value: email, isInvalid: fault !== null })}
      ${passwordField({ label: signIn.password, isFocused: true, isInvalid: fault !== null })}
      <button type="submit">${words.linkSubmit}</button>
    </form>
    <p class="below"><a href="${view.cancel}">${words.linkCancel}</a></p>`;
  return layout({ language, brand, title: words.linkTitle, body, formTargets: view.formTargets });
}
