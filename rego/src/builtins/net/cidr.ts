import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';
import { BoundedCache } from '../bounded-cache.js';
import { formatIp, parseUnmapped, toMapped, unmap, type IpAddress } from './ip-address.js';

const STEPS_PER_BLOCK = 64;
/** The text of a valid network is never longer. */
const MAX_CIDR_LENGTH = 128;
const MAX_SHOWN_LENGTH = 1_000;

/** A network, like Go's `net.IPNet`. */
export interface Cidr {
  /** The first address, or the address as written if a single address is used as a network (`cidr_merge`). */
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** Parses a network like Go's `net.ParseCIDR`, and reports the same error. */
export function parseCidr(text: string): Cidr {
  const cidr = tryParseCidr(text);
  if (cidr === undefined) {
    throw new BuiltinError('eval_builtin_error', `invalid CIDR address: ${text.slice(0, MAX_SHOWN_LENGTH)}`);
  }
  return cidr;
}

const MAX_CACHED_BYTES = 1024 * 1024;
const CIDR_BYTES = 512;
/** Parsed networks by text; policies usually check the same few networks repeatedly. `null` marks an invalid network. */
const parsed = new BoundedCache<Cidr | null>(MAX_CACHED_BYTES);

/** Parses a network; returns `undefined` for invalid text. */
export function tryParseCidr(text: string): Cidr | undefined {
  if (text.length > MAX_CIDR_LENGTH) {
    return undefined;
  }
  let cidr = parsed.get(text);
  if (cidr === undefined) {
    cidr = readCidr(text) ?? null;
    parsed.put(text, cidr, CIDR_BYTES);
  }
  return cidr ?? undefined;
}

function readCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const prefix = text.slice(slash + 1);
  if (slash === -1 || !/^\d{1,6}$/.test(prefix)) {
    return undefined;
  }
  const address = parseUnmapped(text.slice(0, slash));
  const prefixLength = Number(prefix);
  if (address === undefined || prefixLength > address.bits) {
    return undefined;
  }
  const network = { bits: address.bits, value: clearHost(address, prefixLength) };
  const unmapped = unmap(network);
  return { address: unmapped, prefixLength: prefixLength - (network.bits - unmapped.bits) };
}

function clearHost({ bits, value }: IpAddress, prefixLength: number): bigint {
  const hostBits = BigInt(bits - prefixLength);
  return (value >> hostBits) << hostBits;
}

export function firstOf({ address, prefixLength }: Cidr): IpAddress {
  return { bits: address.bits, value: clearHost(address, prefixLength) };
}

export function lastOf({ address, prefixLength }: Cidr): IpAddress {
  const hostBits = BigInt(address.bits - prefixLength);
  return { bits: address.bits, value: clearHost(address, prefixLength) | ((1n << hostBits) - 1n) };
}

/** An IPv6 network never contains IPv4 addresses, even if it is `::/0`. */
export function containsIp(cidr: Cidr, ip: IpAddress): boolean {
  return ip.bits === cidr.address.bits && clearHost(ip, cidr.prefixLength) === firstOf(cidr).value;
}

export function formatCidr({ address, prefixLength }: Cidr): string {
  return `${formatIp(address)}/${prefixLength}`;
}

/** The addresses from `first` to `last`, as numbers in the IPv6 address space; `cidr` is set until another range is merged into it. */
interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
  readonly cidr: Cidr | undefined;
}

/** Returns the fewest networks that cover the same addresses: merges contained, adjacent and equal networks. */
export function mergeCidrs(cidrs: readonly Cidr[], budget: Budget): readonly Cidr[] {
  const ranges = cidrs
    .map((cidr): AddressRange => ({ first: toMapped(firstOf(cidr)), last: toMapped(lastOf(cidr)), cidr }))
    .sort((a, b) => compare(a.last, b.last) || compare(a.first, b.first));
  const merged: AddressRange[] = [];
  for (const range of ranges.reverse()) {
    const next = merged.at(-1);
    if (next !== undefined && next.first - 1n <= range.last) {
      merged[merged.length - 1] = {
        first: next.first < range.first ? next.first : range.first,
        last: next.last,
        cidr: undefined,
      };
    } else {
      merged.push(range);
    }
  }
  return merged.flatMap(({ first, last, cidr }) => (cidr === undefined ? cidrsOfRange(first, last, budget) : [cidr]));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Splits a range into the largest aligned blocks, in order; at most two per bit. */
function cidrsOfRange(first: bigint, last: bigint, budget: Budget): Cidr[] {
  const cidrs: Cidr[] = [];
  let from = first;
  while (from <= last) {
    budget.step(STEPS_PER_BLOCK);
    let hostBits = 0n;
    while (hostBits < 128n && blockEnd(from, hostBits + 1n, last)) {
      hostBits++;
    }
    const network = { bits: 128, value: from } as const;
    const unmapped = hostBits <= 32n ? unmap(network) : network;
    cidrs.push({ address: unmapped, prefixLength: unmapped.bits - Number(hostBits) });
    from += 1n << hostBits;
  }
  return cidrs;
}

function blockEnd(from: bigint, hostBits: bigint, last: bigint): boolean {
  const size = 1n << hostBits;
  return from % size === 0n && from + size - 1n <= last;
}
