import { BlockList, isIP } from 'node:net';

/** A set of addresses, in plain notation, that supports lookups but not listing. */
export type AddressSet = Pick<ReadonlySet<string>, 'has'>;

const WIDEST = { 4: 8, 6: 16 } as const;
const LENGTH = { 4: 32, 6: 128 } as const;

/**
 * Returns the addresses of proxies (`TRUSTED_PROXIES`): single addresses, and ranges such as `10.0.4.0/24`, since the addresses of pods and
 * load balancers change. Do not pass entries that {@link isProxyEntry} rejects.
 */
export function trustedProxies(entries: readonly string[]): AddressSet {
  const single = new Set(entries.filter((entry) => !entry.includes('/')));
  const ranges = new BlockList();
  for (const entry of entries) {
    const [network = '', bits] = entry.split('/');
    if (bits !== undefined) ranges.addSubnet(network, Number(bits), familyOf(network));
  }
  // This set is used for each request, and hardly any installation lists a range.
  if (single.size === entries.length) return single;
  return { has: (address) => single.has(address) || isWithin(ranges, address) };
}

/**
 * Returns whether a string is an address or a range. Returns false for a range that is too wide to be intended (wider than /8, or wider
 * than /16 for IPv6).
 */
export function isProxyEntry(text: string): boolean {
  const [network = '', bits, ...rest] = text.split('/');
  const version = isIP(network);
  if ((version !== 4 && version !== 6) || rest.length > 0) return false;
  if (bits === undefined) return true;
  // BlockList does not support zones.
  if (network.includes('%') || !/^\d{1,3}$/.test(bits)) return false;
  return Number(bits) >= WIDEST[version] && Number(bits) <= LENGTH[version];
}

function isWithin(ranges: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  return isIP(plain) !== 0 && ranges.check(plain, familyOf(plain));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
