import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { type Brand, hidden, layout } from './layout';

/** Renders the page that asks whether to sign out. */
export function signOutPage(view: {
  readonly language: Language;
  readonly brand: Brand;
  readonly appName: string | null;
  readonly request: string;
  readonly formToken: string;
  readonly formTargets: readonly string[];
}): Page {
  const { language, brand, appName, request } = view;
  const words = translationsOf(language).signOut;
  // Relative, because the page is at /oauth/logout on the control plane and at /v1/oauth/logout on the backend.
  const body = html`<h1>${words.title}</h1>
    ${appName !== null && html`<p class="lead">${words.asked(appName)}</p>`}
    <p class="lead">${words.lead}</p>
    <form method="post" action="logout">
      ${hidden({ request, csrf: view.formToken })}
      <button type="submit">${words.submit}</button>
    </form>
    <p class="below lead">${words.stay}</p>`;
  return layout({ language, brand, title: words.title, body, formTargets: view.formTargets });
}
