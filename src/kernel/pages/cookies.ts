/**
 * The cookies of the pages: the session, a random name of the browser, which requests asked for sign-in, and which accounts
 * signed in on this device.
 */
export type CookieName = 'session' | 'browser' | 'asked' | 'device';

/**
 * The name on the wire. `__Host-` (RFC 6265bis §4.1.3.2) lets no other host of the domain and no plain http set it; on
 * http://localhost browsers would refuse the prefix.
 */
export function wireName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-coresdk-${name}` : `coresdk-${name}`;
}

/**
 * The value of a cookie in a `Cookie` header; empty when it is missing, or there twice: then somebody else has planted
 * one of them, and which is ours cannot be told.
 */
export function cookieIn(header: string | undefined, wire: string): string {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === wire ? [pair.slice(equals + 1).trim()] : [];
  });
  return values.length === 1 ? (values[0] ?? '') : '';
}

/**
 * A `Set-Cookie` header. SameSite=Lax: an app sends people here by a link, and their session must come along.
 * @param maxAgeSeconds `null` for as long as the browser is open; 0 takes it away.
 */
export function setCookie(
  name: CookieName,
  value: string,
  { secure, maxAgeSeconds }: { readonly secure: boolean; readonly maxAgeSeconds: number | null },
): string {
  const age = maxAgeSeconds === null ? '' : `; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}`;
  return `${wireName(name, secure)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${age}`;
}
