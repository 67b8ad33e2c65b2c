import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { AddressRule } from './ssrf-guarded-lookup';

/**
 * IPv4 ranges that are not part of the public Internet: the IANA special-purpose registry (RFC 6890), multicast, and the address at which
 * Azure hosts serve configuration to their own machines. That address looks public.
 */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Ranges within the global unicast space 2000::/3 that are not public: protocol assignments with Teredo, documentation, and 6to4. */
const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V4) blocked.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_V6) blocked.addSubnet(net, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/**
 * Returns whether an IP address, in plain notation, belongs to the public Internet; false for any other string. IPv4 addresses in IPv6 form
 * (mapped, NAT64, 6to4, Teredo) never belong to it, whatever address they contain.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !blocked.check(address, 'ipv4');
  return isIPv6(address) && globalUnicast.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/**
 * Ranges to which connections are never allowed, even if the operator allows the private network. They include link-local addresses (where
 * clouds serve the machine's credentials), other metadata addresses (Azure, Alibaba, Oracle, AWS over IPv6), the unspecified address,
 * multicast and broadcast.
 */
const NEVER_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['192.0.0.192', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** The same ranges in IPv6 and, except for the mapped form, every form that can hide an IPv4 address. */
const NEVER_V6: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fd00:ec2::', 32],
  ['fd20:ce::', 32],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
const LOOPBACK_V6 = '::1';

const never = new BlockList();
for (const [net, prefix] of NEVER_V4) never.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NEVER_V6) never.addSubnet(net, prefix, 'ipv6');

/**
 * Returns the rule for the addresses to which tenants' URLs resolve.
 * @param mayBePrivate whether the operator allows the private network (`*_PRIVATE_ADDRESSES`); link-local and metadata addresses stay
 * blocked.
 */
export function addressRule(mayBePrivate: boolean): AddressRule {
  return mayBePrivate ? isPublicOrPrivateAddress : isPublicAddress;
}

function isPublicOrPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return !never.check(address, 'ipv4');
  // A zone names an interface, which link-local addresses need.
  if (!isIPv6(address) || address.includes('%')) return false;
  // The block list applies the IPv4 rules to a mapped IPv4 address.
  return address === LOOPBACK_V6 || !never.check(address, 'ipv6');
}
