import type { ServerResponse } from 'node:http';
import { contentPolicy, type PageNeeds } from './content-policy';
import type { Html } from './html';

/** A finished page with the browser features that it needs. */
export interface Page extends PageNeeds {
  /** BCP 47 language tag. */
  readonly language: string;
  readonly document: Html;
}

/** The response of a page handler. */
export type PageAnswer = {
  /** `Set-Cookie` headers. */
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
} & ({ readonly status: number; readonly page: Page } | { readonly location: string });

/**
 * Writes the response. The response is not cached, and other sites do not see the page's address. `Referrer-Policy` is `same-origin` rather
 * than `no-referrer`, because with the latter, browsers send `Origin: null` even with our own forms, which would make checking it useless.
 */
export function sendPage(response: ServerResponse, answer: PageAnswer): void {
  response.setHeader('Referrer-Policy', 'same-origin');
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.cookies !== undefined && answer.cookies.length > 0) response.setHeader('Set-Cookie', [...answer.cookies]);
  if ('location' in answer) {
    // 303, whatever the method, because a browser must not resend a password to an app (RFC 9700 §4.12).
    response.writeHead(303, { Location: answer.location, 'Content-Length': '0' });
    response.end();
    return;
  }
  const { page, status } = answer;
  const body = Buffer.from(page.document.text);
  response.setHeader('Content-Security-Policy', contentPolicy(page));
  response.setHeader('Content-Language', page.language);
  response.setHeader('X-Robots-Tag', 'noindex');
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': body.length });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
