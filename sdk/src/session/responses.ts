/** Redirects with cookies. `303` also turns a POST into a GET (RFC 9110 §15.4.4). */
export function redirect(location: string, setCookies: readonly string[] = []): Response {
  return new Response(null, { status: 303, headers: uncached({ location }, setCookies) });
}

/** Responds with an error as plain text. */
export function refuse(status: number, message: string, setCookies: readonly string[] = []): Response {
  const headers = uncached({ 'content-type': 'text/plain; charset=utf-8' }, setCookies);
  return new Response(`${message}\n`, { status, headers });
}

function uncached(members: Readonly<Record<string, string>>, setCookies: readonly string[]): Headers {
  const headers = new Headers({ ...members, 'cache-control': 'no-store' });
  for (const line of setCookies) headers.append('set-cookie', line);
  return headers;
}
