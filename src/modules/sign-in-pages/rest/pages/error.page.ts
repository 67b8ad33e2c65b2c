import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language, Trouble } from '../text/translations';
import { noticePage } from './notice.page';

/** Returns an error page for two audiences. It tells the user how to proceed, and the app's developers what to change. */
export function errorPage(view: {
  readonly language: Language;
  readonly error: string;
  readonly description: string;
  readonly requestId: string;
}): Page {
  const { language, error, description, requestId } = view;
  const words = translationsOf(language).error;
  const trouble = troubleOf(error, description);
  const after = html`<details>
    <summary>${words.details}</summary>
    <dl>
      <dt>${error}</dt>
      <dd lang="en">${description}</dd>
      <dt>${words.reference}</dt>
      <dd>${requestId}</dd>
    </dl>
  </details>`;
  return noticePage({ language, brand: null, title: words.title[trouble], lines: [words.advice[trouble]], after });
}

function troubleOf(error: string, description: string): Trouble {
  switch (error) {
    case 'invalid_client':
    case 'unauthorized_client':
      return 'client';
    case 'forbidden':
      return 'forged';
    case 'not_found':
    case 'method_not_allowed':
      return 'missing';
    case 'rate_limited':
      return 'busy';
    case 'unavailable':
    case 'temporarily_unavailable':
    case 'internal':
    case 'server_error':
      return 'unavailable';
    default:
      return troubleNamedIn(description);
  }
}

/** Returns the kind of an `invalid_request` error. This error has many causes; the parameter in its description determines the kind. */
function troubleNamedIn(description: string): Trouble {
  if (description.includes('redirect_uri')) return 'redirect';
  return description.includes('client_id') ? 'client' : 'request';
}
