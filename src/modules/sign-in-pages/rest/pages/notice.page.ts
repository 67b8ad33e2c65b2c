import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import type { Language } from '../text/translations';
import { type Brand, layout } from './layout';

/** Renders a page with a message and no form. */
export function noticePage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly title: string;
  readonly lines: readonly string[];
  readonly link?: { readonly href: string; readonly text: string };
  readonly after?: Html;
}): Page {
  const { language, brand, title, lines, link, after } = view;
  const body = html`<h1>${title}</h1>
    ${lines.map((line) => html`<p class="lead">${line}</p>`)}
    ${link !== undefined && html`<p class="below"><a href="${link.href}">${link.text}</a></p>`} ${after ?? null}`;
  return layout({ language, brand, title, body });
}
