/** An address, like Go's `net.IP`: an IPv4-mapped IPv6 address (`::ffff:1.2.3.4`) is the IPv4 address. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const MAX_TEXT_LENGTH = 64;
const MAPPED_PREFIX = 0xffffn;
const MAX_IPV4 = 0xffffffffn;
const GROUPS = 8;
/** The parts of an IPv4 address: 0 to 255, without leading zeros. */
const OCTETS: ReadonlyMap<string, number> = new Map(Array.from({ length: 256 }, (_, octet) => [String(octet), octet]));

/** Parses an address like Go's `net.ParseIP`: no leading zeros in IPv4, and no zone. Returns undefined for anything else. */
export function parseIp(text: string): IpAddress | undefined {
  const parsed = parseUnmapped(text);
  return parsed === undefined ? undefined : unmap(parsed);
}

/** Parses an address without converting it to a different address family. */
export function parseUnmapped(text: string): IpAddress | undefined {
  if (text.length > MAX_TEXT_LENGTH) {
    return undefined;
  }
  const value = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { bits: text.includes(':') ? 128 : 32, value };
}

export function unmap(address: IpAddress): IpAddress {
  return address.bits === 128 && address.value >> 32n === MAPPED_PREFIX
    ? { bits: 32, value: address.value & MAX_IPV4 }
    : address;
}

/** Returns the address as a number in the IPv6 address space. */
export function toMapped({ bits, value }: IpAddress): bigint {
  return bits === 32 ? (MAPPED_PREFIX << 32n) | value : value;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) {
    return undefined;
  }
  let value = 0;
  for (const part of parts) {
    const octet = OCTETS.get(part);
    if (octet === undefined) {
      return undefined;
    }
    value = value * 256 + octet;
  }
  return BigInt(value);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) {
    return undefined;
  }
  const [head = '', tail] = halves;
  const first = parseGroups(head, tail === undefined);
  const last = tail === undefined ? [] : parseGroups(tail, true);
  if (first === undefined || last === undefined) {
    return undefined;
  }
  const missing = GROUPS - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) {
    return undefined;
  }
  const groups = [...first, ...Array.from({ length: missing }, () => 0), ...last];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** `mayEndInIpv4`: an address such as `::ffff:1.2.3.4` ends in IPv4 notation, which replaces two groups. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') {
    return [];
  }
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = mayEndInIpv4 && i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) {
      return undefined;
    }
    groups.push(Number(ipv4 >> 16n), Number(ipv4 & 0xffffn));
  }
  return groups;
}

/** Formats an address: `10.0.0.1`, `2001:db8::1` (RFC 5952). */
export function formatIp(address: IpAddress): string {
  const { bits, value } = unmap(address);
  if (bits === 32) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  }
  const groups = Array.from({ length: GROUPS }, (_, i) => Number((value >> BigInt(16 * (GROUPS - 1 - i))) & 0xffffn));
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  return length < 2 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) {
      continue;
    }
    if (i - start > longest.length) {
      longest = { start, length: i - start };
    }
    start = i + 1;
  }
  return longest;
}
