import type { Buffer } from 'buffer';
import type { Uri } from './uri.js';
import { parseIp } from './ip.js';

const VISIBLE_ASCII = /^[!-~]+$/u;

/** Returns whether all labels are present and visible ASCII. An empty name is valid, as in Go's certificate parser. */
export function isDomainName(text: string): boolean {
  return text === '' || text.split('.').every((label) => VISIBLE_ASCII.test(label));
}

/** Works like `isDomainName`, but allows a leading period: "at least one more label". */
export function isDomainConstraint(text: string): boolean {
  return isDomainName(text.startsWith('.') ? text.slice(1) : text);
}

export type Match = boolean | 'malformed';

/**
 * RFC 5280 §4.2.1.10: the name must equal the constraint or be below it; `.example.com` requires at least one more label; an empty
 * constraint matches all names.
 */
export function matchesDomain(domain: string, constraint: string): Match {
  if (constraint === '') {
    return true;
  }
  const mustBeBelow = constraint.startsWith('.');
  const base = mustBeBelow ? constraint.slice(1) : constraint;
  if (!isDomainName(domain) || !isDomainName(base)) {
    return 'malformed';
  }
  const labels = domain === '' ? [] : domain.toLowerCase().split('.');
  const wanted = base === '' ? [] : base.toLowerCase().split('.');
  const isLongEnough = mustBeBelow ? labels.length > wanted.length : labels.length >= wanted.length;
  return isLongEnough && wanted.every((label, index) => label === labels[labels.length - wanted.length + index]);
}

/** A constraint with `@` names one mailbox; any other constraint applies to the domain. */
export function matchesEmail(email: string, constraint: string): Match {
  const mailbox = splitMailbox(email);
  if (mailbox === undefined) {
    return 'malformed';
  }
  if (!constraint.includes('@')) {
    return matchesDomain(mailbox.domain, constraint);
  }
  const wanted = splitMailbox(constraint);
  if (wanted === undefined) {
    return 'malformed';
  }
  return mailbox.local === wanted.local && mailbox.domain.toLowerCase() === wanted.domain.toLowerCase();
}

/**
 * Returns the parts of an address; undefined if it is not an RFC 2821 mailbox. Quoted local parts and escapes are rejected instead of
 * parsed: a certificate with such an address cannot satisfy a mailbox constraint.
 */
export function splitMailbox(text: string): { readonly local: string; readonly domain: string } | undefined {
  const at = text.indexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  const isLocal = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+$/u.test(local) && !/^\.|\.\.|\.$/u.test(local);
  return isLocal && isDomainName(domain) ? { local, domain } : undefined;
}

/** RFC 5280 §4.2.1.10: a URI without a host name, or with an IP address as the host, cannot satisfy any constraint. */
export function matchesUri(uri: Uri, constraint: string): Match {
  const host = uri.host.endsWith(']') ? uri.host : uri.host.replace(/:\d*$/u, '');
  if (host === '' || host.startsWith('[') || parseIp(host) !== undefined) {
    return 'malformed';
  }
  return matchesDomain(host, constraint);
}

/**
 * Returns whether a certificate with these names is valid for the host (RFC 6125; Go `VerifyHostname`). Compares addresses only with
 * addresses. `*` matches exactly one complete leftmost label. The common name is ignored.
 */
export function matchesHost(host: string, dnsNames: readonly string[], ipAddresses: readonly Buffer[]): boolean {
  const address = parseIp(host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host);
  if (address !== undefined) {
    return ipAddresses.some((candidate) => candidate.equals(address));
  }
  const name = host.toLowerCase();
  return dnsNames.some((pattern) => matchesPattern(pattern.toLowerCase(), name));
}

function matchesPattern(pattern: string, name: string): boolean {
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  if (!isHostName(plain) || !isHostName(pattern.startsWith('*.') ? pattern.slice(2) : pattern)) {
    return pattern === name && name !== '' && name !== '.';
  }
  const wanted = pattern.split('.');
  const labels = plain.split('.');
  return (
    wanted.length === labels.length &&
    wanted.every((label, index) => (index === 0 && label === '*') || label === labels[index])
  );
}

function isHostName(text: string): boolean {
  return text.split('.').every((label) => /^[a-z0-9_][a-z0-9_-]*$/u.test(label));
}
