import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { hidden, layout } from './layout';

/**
 * Renders the response in OAuth 2.0 Form Post Response Mode. A script submits it immediately; without scripts, the user clicks the button.
 */
export function formPostPage(view: {
  readonly language: Language;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}): Page {
  const { language, action, fields } = view;
  const words = translationsOf(language).formPost;
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(new URL(action).host)}</p>
    <form method="post" action="${action}">
      ${hidden(fields)}
      <button type="submit">${words.submit}</button>
    </form>`;
  return layout({ language, brand: null, title: words.title, body, formTargets: [action], script: 'form-post' });
}

/** Sends the form of {@link formPostPage}. */
export const FORM_POST_SCRIPT = 'document.forms[0].submit();\n';
