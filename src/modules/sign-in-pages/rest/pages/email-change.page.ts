import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { type Brand, hidden, layout } from './layout';

/** Renders the page that a link for a change of address opens. A button confirms, because programs open the links in mails too. */
export function emailChangePage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly from: string;
  readonly to: string;
  readonly token: string;
  readonly formToken: string;
}): Page {
  const { language, brand, from, to, token, formToken } = view;
  const { emailChange: words } = translationsOf(language);
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(from, to)}</p>
    <form method="post" action="/oauth/email">
      ${hidden({ token, csrf: formToken })}
      <button type="submit">${words.submit}</button>
    </form>`;
  return layout({ language, brand, title: words.title, body, formTargets: [] });
}
