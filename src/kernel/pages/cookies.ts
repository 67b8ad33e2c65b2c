/**
 * The cookies of the pages: the session, a random name for the browser, the requests that asked for sign-in, and the accounts that signed
 * in on this device.
 */
export type CookieName = 'session' | 'browser' | 'asked' | 'device';

/**
 * Returns the name on the wire. With `__Host-` (RFC 6265bis §4.1.3.2), no other host of the domain can set it, and plain HTTP cannot
 * either. On http://localhost, browsers would reject the prefix.
 */
export function wireName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-coresdk-${name}` : `coresdk-${name}`;
}

/**
 * Returns the value of a cookie in a `Cookie` header. Empty if it is missing or occurs twice: then a third party has planted one, and ours
 * cannot be identified.
 */
export function cookieIn(header: string | undefined, wire: string): string {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === wire ? [pair.slice(equals + 1).trim()] : [];
  });
  return values.length === 1 ? (values[0] ?? '') : '';
}

/**
 * Returns a `Set-Cookie` header. SameSite=Lax: an app sends people here with a link, and their session must be included.
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
