import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { layout } from './layout';

const TITLES: Readonly<Record<string, string>> = {
  forbidden: 'You are not allowed to do this',
  not_found: 'Page not found',
  conflict: 'This is not possible right now',
  rate_limited: 'Too many requests',
  invalid_request: 'Invalid request',
  unprocessable: 'This is not possible',
};

/** A page that shows an error, with the request id to give to support. */
export function errorPage(view: {
  readonly code: string;
  readonly description: string;
  readonly requestId: string;
}): Page {
  const title = TITLES[view.code] ?? 'Not available right now';
  const body = html`<h1>${title}</h1>
    <p>${view.description}</p>
    <p class="muted">Reference: <code>${view.requestId}</code></p>
    <p><a href="/console/jobs">All jobs</a></p>`;
  return layout({ title, body, email: null });
}
