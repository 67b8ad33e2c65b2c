import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a form was sent by one of our pages, as far as the browser says so (Fetch Metadata, and RFC 6454 `Origin`);
 * what says neither is left to the form's token.
 * @param origin of these pages.
 */
export function isOwnForm(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const from = headers.origin;
  if (from === undefined || from === origin) return true;
  if (from === 'null') return site === 'same-origin';
  // The control plane, called by its own address in development.
  return URL.canParse(from) && headers.host !== undefined && new URL(from).host === headers.host;
}
