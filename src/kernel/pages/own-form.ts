import type { IncomingHttpHeaders } from 'node:http';

/**
 * Returns whether one of our pages sent a form, according to the browser (Fetch Metadata, and RFC 6454 `Origin`). For a request with
 * neither header, the form's token decides.
 * @param origin the origin of these pages.
 */
export function isOwnForm(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const from = headers.origin;
  if (from === undefined || from === origin) return true;
  if (from === 'null') return site === 'same-origin';
  // In development, the browser can call the control plane at its own address.
  return URL.canParse(from) && headers.host !== undefined && new URL(from).host === headers.host;
}
