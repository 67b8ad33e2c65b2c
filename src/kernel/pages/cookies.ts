/**
 * The cookies of the pages: the session, a random name for the browser, the requests that led to a sign-in, and the accounts that signed in
 * on this device.
 */
export type CookieName = 'session' | 'browser' | 'asked' | 'device';

/**
 * Returns the name on the wire. With the `__Host-` prefix (RFC 6265bis §4.1.3.2), neither another host of the domain nor a plain HTTP
 * response can set the cookie. On http://localhost, browsers would reject the prefix.
 */
export function wireName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-coresdk-${name}` : `coresdk-${name}`;
}

/**
 * Returns the value of a cookie in a `Cookie` header. Empty if the cookie is missing or occurs twice: in that case, a third party has
 * planted a cookie, and ours cannot be identified.
 */
export function cookieIn(header: string | undefined, wire: string): string {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === wire ? [pair.slice(equals + 1).trim()] : [];
  });
  return values.length === 1 ? (values[0] ?? '') : '';
}

/**
 * Returns a `Set-Cookie` header. It uses SameSite=Lax, because an app sends people here with a link, and the request must include their
 * session.
 * @param maxAgeSeconds `null` for as long as the browser is open; 0 removes the cookie.
 */
export function setCookie(
  name: CookieName,
  value: string,
  { secure, maxAgeSeconds }: { readonly secure: boolean; readonly maxAgeSeconds: number | null },
): string {
  const age = maxAgeSeconds === null ? '' : `; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}`;
  return `${wireName(name, secure)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${age}`;
}
