import { LOOPBACK_HOSTS } from './host';

/** Serialized origins of browser extensions and of web views in native apps, which have their own schemes: `capacitor://localhost`. */
const OWN_SCHEME = /^(?!https?:|file:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9]\d{0,4})?$/;

/**
 * Returns whether a string is an origin exactly as browsers send it in `Origin` (RFC 6454 §6.2): `https://app.example.com`, without a
 * path, a default port or wildcards. An http origin must be a loopback address, because pages from anywhere else can be altered in transit.
 */
export function isOrigin(text: string): boolean {
  if (OWN_SCHEME.test(text)) return true;
  const url = URL.parse(text);
  if (url?.origin !== text || text.includes('*')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
}
