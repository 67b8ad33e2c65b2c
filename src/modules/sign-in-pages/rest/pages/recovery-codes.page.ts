import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { type Brand, layout } from './layout';

/** Renders the page that shows new recovery codes, once. @param view.href the page that follows. */
export function recoveryCodesPage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly codes: readonly string[];
  readonly href: string;
}): Page {
  const { language, brand, codes, href } = view;
  const words = translationsOf(language).recoveryCodes;
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead}</p>
    <ul class="codes">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>
    <p class="below"><a class="button" href="${href}">${words.submit}</a></p>`;
  return layout({ language, brand, title: words.title, body });
}
