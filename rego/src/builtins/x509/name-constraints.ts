import type { Buffer } from 'buffer';
import { constructedContextTag, contextTag, DerReader, TAG } from './der.js';
import {
  isDomainConstraint,
  matchesDomain,
  matchesEmail,
  matchesUri,
  splitMailbox,
  type Match,
} from './domain-names.js';
import { fail } from './fail.js';
import { ia5, type AlternativeNames } from './alternative-names.js';
import { isMappedIpv4, isPrefixMask, parseIp } from './ip.js';

export interface IpRange {
  readonly ip: Buffer;
  readonly mask: Buffer;
}

export interface Subtrees {
  readonly dns: readonly string[];
  readonly ip: readonly IpRange[];
  readonly email: readonly string[];
  readonly uri: readonly string[];
}

/** The name constraints of a certificate authority (RFC 5280 §4.2.1.10). */
export interface NameConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
  readonly critical: boolean;
  /** True if the certificate contains constraints of unsupported kinds. */
  readonly hasUnhandled: boolean;
}

const NO_SUBTREES: Subtrees = { dns: [], ip: [], email: [], uri: [] };
export const NO_CONSTRAINTS: NameConstraints = {
  permitted: NO_SUBTREES,
  excluded: NO_SUBTREES,
  critical: false,
  hasUnhandled: false,
};

export function parseNameConstraints(value: Buffer, critical: boolean): NameConstraints {
  const fault = 'x509: invalid NameConstraints extension';
  const outer = new DerReader(value);
  const sequence = outer.read(TAG.sequence, fault);
  const permitted = sequence.readOptional(constructedContextTag(0), fault);
  const excluded = sequence.readOptional(constructedContextTag(1), fault);
  if (!outer.isEmpty || !sequence.isEmpty) {
    return fail(fault);
  }
  if (permitted === undefined && excluded === undefined) {
    return fail('x509: empty name constraints extension');
  }
  if (permitted?.isEmpty === true || excluded?.isEmpty === true) {
    return fail('x509: empty name constraints subtree sequence');
  }
  const [allowed, denied] = [readSubtrees(permitted), readSubtrees(excluded)];
  return {
    permitted: allowed.subtrees,
    excluded: denied.subtrees,
    critical,
    hasUnhandled: allowed.hasUnhandled || denied.hasUnhandled,
  };
}

function readSubtrees(reader: DerReader | undefined): { readonly subtrees: Subtrees; readonly hasUnhandled: boolean } {
  const fault = 'x509: invalid NameConstraints extension';
  const subtrees = { dns: [] as string[], ip: [] as IpRange[], email: [] as string[], uri: [] as string[] };
  let hasUnhandled = false;
  while (reader !== undefined && !reader.isEmpty) {
    const { tag, content } = reader.read(TAG.sequence, fault).readAny(fault);
    switch (tag) {
      case contextTag(1):
        subtrees.email.push(emailConstraint(constraintText(content)));
        break;
      case contextTag(2):
        subtrees.dns.push(domainConstraint(constraintText(content), 'dnsName'));
        break;
      case contextTag(6):
        subtrees.uri.push(uriConstraint(constraintText(content)));
        break;
      case contextTag(7):
        subtrees.ip.push(ipConstraint(content));
        break;
      default:
        hasUnhandled = true;
    }
  }
  return { subtrees, hasUnhandled };
}

function constraintText(content: Buffer): string {
  return ia5(content, 'x509: invalid constraint value: x509: cannot be encoded as an IA5String');
}

function domainConstraint(text: string, kind: string): string {
  return isDomainConstraint(text) ? text : fail(`x509: failed to parse ${kind} constraint ${JSON.stringify(text)}`);
}

function emailConstraint(text: string): string {
  if (!text.includes('@')) {
    return domainConstraint(text, 'rfc822Name');
  }
  return splitMailbox(text) === undefined
    ? fail(`x509: failed to parse rfc822Name constraint ${JSON.stringify(text)}`)
    : text;
}

function uriConstraint(text: string): string {
  return parseIp(text) === undefined
    ? domainConstraint(text, 'URI')
    : fail(`x509: failed to parse URI constraint ${JSON.stringify(text)}: cannot be IP address`);
}

function ipConstraint(content: Buffer): IpRange {
  if (content.length !== 8 && content.length !== 32) {
    return fail(`x509: IP constraint contained value of length ${content.length}`);
  }
  const half = content.length / 2;
  const range = { ip: content.subarray(0, half), mask: content.subarray(half) };
  if (!isPrefixMask(range.mask)) {
    return fail(`x509: IP constraint contained invalid mask ${range.mask.toString('hex')}`);
  }
  return isMappedIpv4(range.ip) ? fail('x509: IP constraint contained IPv4-mapped IPv6 address') : range;
}

/**
 * Returns whether every name satisfies the constraints. Before comparing a name, calls `count` with the maximum number of comparisons for
 * it. Calls `step` for each comparison. Both can throw. A name that cannot be compared with a constraint of its kind does not satisfy it.
 */
export function keepsToConstraints(
  names: AlternativeNames,
  { permitted, excluded }: NameConstraints,
  count: (comparisons: number) => void,
  step: () => void,
): boolean {
  const keeps = <N, C>(
    subjects: readonly N[],
    allowed: readonly C[],
    denied: readonly C[],
    matches: (name: N, constraint: C) => Match,
  ): boolean =>
    subjects.every((name) => {
      count(allowed.length + denied.length);
      const compare = (constraint: C): Match => {
        step();
        return matches(name, constraint);
      };
      const isDenied = denied.some((constraint) => compare(constraint) !== false);
      return !isDenied && (allowed.length === 0 || allowed.some((constraint) => compare(constraint) === true));
    });
  return (
    keeps(names.emailAddresses, permitted.email, excluded.email, matchesEmail) &&
    keeps(names.dnsNames, permitted.dns, excluded.dns, matchesDomain) &&
    keeps(names.uris, permitted.uri, excluded.uri, matchesUri) &&
    keeps(names.ipAddresses, permitted.ip, excluded.ip, isInRange)
  );
}

function isInRange(ip: Buffer, range: IpRange): boolean {
  return (
    ip.length === range.ip.length &&
    ip.every((byte, index) => (byte & (range.mask[index] ?? 0)) === ((range.ip[index] ?? 0) & (range.mask[index] ?? 0)))
  );
}
