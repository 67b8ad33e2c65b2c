import { isIP } from 'node:net';
import { withoutBrackets } from './host';
import { addressRule } from './public-address';

/** Machine-readable reasons to reject a URL. */
export type OutboundRefusal =
  'url_invalid' | 'scheme_not_allowed' | 'user_info' | 'host_disguised' | 'address_not_public' | 'name_not_public';

/** The target of a URL. */
export interface OutboundTarget {
  readonly url: URL;
  /** Lowercase, in Punycode, without brackets or a trailing root dot. */
  readonly host: string;
  /** True if the host is an IP address; otherwise it is a name that has not been resolved. */
  readonly isAddress: boolean;
  readonly port: number;
}

const MAX_CHARS = 8_192;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };
/** Scheme, authority, and a check that only a path, a query or a fragment follows. */
const PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:[/?#]|$)/i;
/** Characters that parsers drop, trim, or mistake for other characters. */

const AMBIGUOUS = /[\u0000-\u0020\u007F-\u00A0\u00AD\u1680\u2000-\u200F\u2028-\u202F\u205F-\u2064\u3000\uFEFF\\]/;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const PUNYCODE = /^xn--/;

/** Names that resolve only on the machine or in its network (RFC 6761, 6762, 7686, 8375, and ICANN's `internal`). */
const PRIVATE_SUFFIXES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'lan',
  'home',
  'corp',
  'home.arpa',
  'invalid',
  'test',
  'onion',
];

/**
 * Parses a URL from an untrusted source and returns its target, or the reason why no connection is allowed. Programs parse odd URLs
 * differently, and the connecting program does not always use this parser. It therefore rejects, rather than interprets, a URL in which a
 * different parser could read a different host. For a name, the result covers only the name; its addresses are checked once they are known.
 * @param mayBePrivate whether the operator allows the private network; the connecting code then checks addresses itself.
 */
export function outboundTarget(
  text: string,
  mayBePrivate = false,
): OutboundTarget | { readonly refusal: OutboundRefusal } {
  const written = PARTS.exec(text);
  if (text.length > MAX_CHARS || !written || AMBIGUOUS.test(text)) return { refusal: 'url_invalid' };
  const [, scheme = '', authority = ''] = written;
  const defaultPort = DEFAULT_PORTS[`${scheme.toLowerCase()}:`];
  if (defaultPort === undefined) return { refusal: 'scheme_not_allowed' };
  if (authority === '') return { refusal: 'url_invalid' };
  if (authority.includes('@')) return { refusal: 'user_info' };
  const url = URL.parse(text);
  if (url === null || url.port === '0') return { refusal: 'url_invalid' };
  const host = withoutBrackets(url.hostname).replace(/\.$/, '');
  const isAddress = isIP(host) !== 0;
  const refusal = isAddress ? addressRefusal(host, mayBePrivate) : nameRefusal(host, mayBePrivate);
  if (refusal !== null) return { refusal };
  if (!isPlain(authority.replace(/:\d*$/, ''), url.hostname)) return { refusal: 'host_disguised' };
  return { url, host, isAddress, port: url.port === '' ? defaultPort : Number(url.port) };
}

function addressRefusal(address: string, mayBePrivate: boolean): OutboundRefusal | null {
  return addressRule(mayBePrivate)(address) ? null : 'address_not_public';
}

function nameRefusal(name: string, mayBePrivate: boolean): OutboundRefusal | null {
  const labels = name.split('.');
  if (name.length > 253 || !labels.every((label) => LABEL.test(label))) return 'url_invalid';
  if (mayBePrivate) return null;
  // A name without a dot is resolved through the machine's search list, so it names a neighboring host.
  const isPrivate = PRIVATE_SUFFIXES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  return labels.length === 1 || isPrivate ? 'name_not_public' : null;
}

/**
 * Returns whether the URL spells the host exactly as it was parsed. The URL must not contain another form of an address (decimal, octal,
 * hexadecimal, short), a percent sign, or a character that stands for a plain character. Letters in other scripts form separate names (IDN)
 * and count as plain.
 */
function isPlain(written: string, understood: string): boolean {
  const labels = written.toLowerCase().split('.');
  const known = understood.split('.');
  return (
    !written.includes('%') &&
    labels.length === known.length &&
    labels.every((label, index) => label === known[index] || (isForeign(label) && PUNYCODE.test(known[index] ?? '')))
  );
}

function isForeign(label: string): boolean {
  return /[^\u0000-\u007F]/.test(label);
}
