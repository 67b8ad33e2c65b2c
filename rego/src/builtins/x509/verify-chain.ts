import type { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import type { Certificate } from './certificate.js';
import { matchesHost } from './domain-names.js';
import { keepsToConstraints } from './name-constraints.js';
import { ANY_EXTENDED_KEY_USAGE, CERT_SIGN_KEY_USAGE, OID, SERVER_AUTH_KEY_USAGE } from './oids.js';
import { oidText } from './der.js';
import { isSignedBy } from './signature-algorithm.js';

export interface VerifyOptions {
  /** Nanoseconds since the epoch. */
  readonly currentTime: bigint;
  /** Not checked when empty. */
  readonly dnsName: string;
  /** Go's numbers for the usages, any one of which is sufficient. An empty list means server authentication. */
  readonly keyUsages: readonly number[];
  /** 0 means Go's default. */
  readonly maxConstraintComparisons: number;
}

/** Go's limits, so that crafted certificates cannot prolong the search. */
const MAX_SIGNATURE_CHECKS = 100;
const DEFAULT_MAX_COMPARISONS = 250_000;
/** The time to verify with the most expensive key, a key on the largest curve. */
const MS_PER_SIGNATURE = 2;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Thrown only inside the search when the limits of the entire verification are reached. */
class SearchEnded extends Error {}

/**
 * Returns a chain from `leaf` to `root`, leaf first; undefined if there is none. Checks like Go's `Certificate.Verify` (RFC 5280 §6 without
 * revocation or policies): names, signatures, validity, authority, path length, name constraints, extended key usages and host. Rejects a
 * chain that requires an explicit policy, since policies are not evaluated.
 */
export function verifyChain(
  leaf: Certificate,
  root: Certificate,
  intermediates: readonly Certificate[],
  options: VerifyOptions,
  budget: Budget,
): readonly Certificate[] | undefined {
  const { dnsNames, ipAddresses } = leaf.facts;
  if (options.dnsName !== '' && !matchesHost(options.dnsName, dnsNames, ipAddresses)) {
    return undefined;
  }
  try {
    return new ChainSearch(root, intermediates, options, budget).from(leaf);
  } catch (error) {
    if (error instanceof SearchEnded) {
      return undefined;
    }
    throw error;
  }
}

type Role = 'leaf' | 'intermediate' | 'root';

class ChainSearch {
  private signatureChecks = 0;
  private readonly keyUsages: readonly number[];

  constructor(
    private readonly root: Certificate,
    private readonly intermediates: readonly Certificate[],
    private readonly options: VerifyOptions,
    private readonly budget: Budget,
  ) {
    this.keyUsages = options.keyUsages.length === 0 ? [SERVER_AUTH_KEY_USAGE] : options.keyUsages;
  }

  from(leaf: Certificate): readonly Certificate[] | undefined {
    if (!this.isValid(leaf, 'leaf', [])) {
      return undefined;
    }
    if (leaf.raw.equals(this.root.raw)) {
      return this.accepts([leaf]) ? [leaf] : undefined;
    }
    return this.extend([leaf]);
  }

  /** `MAX_SIGNATURE_CHECKS` limits the depth: each added certificate has used one check. */
  private extend(chain: readonly Certificate[]): readonly Certificate[] | undefined {
    if (this.mayAppend(this.root, 'root', chain)) {
      const complete = [...chain, this.root];
      if (this.accepts(complete)) {
        return complete;
      }
    }
    const child = chain.at(-1);
    for (const candidate of child === undefined ? [] : byKeyId(this.intermediates, child)) {
      const found = this.mayAppend(candidate, 'intermediate', chain) ? this.extend([...chain, candidate]) : undefined;
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  private mayAppend(candidate: Certificate, role: Role, chain: readonly Certificate[]): boolean {
    const child = chain.at(-1);
    if (child === undefined || !child.rawIssuer.equals(candidate.rawSubject)) {
      return false;
    }
    if (chain.some((member) => isSameAuthority(member, candidate))) {
      return false;
    }
    this.signatureChecks++;
    if (this.signatureChecks > MAX_SIGNATURE_CHECKS) {
      throw new SearchEnded();
    }
    return this.isSigned(child, candidate) && this.isValid(candidate, role, chain);
  }

  private isSigned(child: Certificate, parent: Certificate): boolean {
    const { basicConstraintsValid, isCa, keyUsage } = parent.facts;
    const isAuthority = basicConstraintsValid ? isCa : parent.version !== 3;
    const maySign = keyUsage === 0 || (keyUsage & CERT_SIGN_KEY_USAGE) !== 0;
    const { key } = parent.publicKey;
    if (!isAuthority || !maySign || key === undefined) {
      return false;
    }
    this.budget.reserve(MS_PER_SIGNATURE);
    return isSignedBy(key, child.signatureAlgorithm, child.rawTbs, child.signature);
  }

  private isValid(certificate: Certificate, role: Role, chain: readonly Certificate[]): boolean {
    const { facts, notBefore, notAfter } = certificate;
    const now = this.options.currentTime;
    const isCurrent =
      now >= BigInt(notBefore.epochSeconds) * NANOS_PER_SECOND &&
      now <= BigInt(notAfter.epochSeconds) * NANOS_PER_SECOND;
    if (facts.unhandledCritical.length > 0 || !isCurrent) {
      return false;
    }
    if (role === 'intermediate' && !(facts.basicConstraintsValid && facts.isCa)) {
      return false;
    }
    const isTooLong = facts.basicConstraintsValid && facts.maxPathLen >= 0 && chain.length - 1 > facts.maxPathLen;
    return !isTooLong && (role === 'leaf' || this.keepsToConstraints(certificate, chain));
  }

  /** Returns whether the names of every certificate below the authority satisfy its constraints. */
  private keepsToConstraints(authority: Certificate, chain: readonly Certificate[]): boolean {
    const max = this.options.maxConstraintComparisons;
    let left = max === 0 ? DEFAULT_MAX_COMPARISONS : max;
    const count = (comparisons: number): void => {
      left -= comparisons;
      if (left < 0) {
        throw new SearchEnded();
      }
    };
    const step = (): void => this.budget.step();
    return chain.every(({ facts }) => keepsToConstraints(facts, authority.facts.nameConstraints, count, step));
  }

  private accepts(chain: readonly Certificate[]): boolean {
    const demandsPolicy = chain.slice(0, -1).some(({ facts }) => facts.requireExplicitPolicy !== undefined);
    return !demandsPolicy && this.allowsKeyUsage(chain);
  }

  /** Returns whether every certificate allows one of the requested usages. A certificate without the extension allows all usages. */
  private allowsKeyUsage(chain: readonly Certificate[]): boolean {
    const allows = ({ facts }: Certificate, usage: number): boolean =>
      (facts.extKeyUsage.length === 0 && facts.unknownExtKeyUsage.length === 0) ||
      facts.extKeyUsage.includes(ANY_EXTENDED_KEY_USAGE) ||
      facts.extKeyUsage.includes(usage);
    return (
      this.keyUsages.includes(ANY_EXTENDED_KEY_USAGE) ||
      this.keyUsages.some((usage) => chain.every((certificate) => allows(certificate, usage)))
    );
  }
}

function alternativeNames({ extensions }: Certificate): Buffer | undefined {
  return extensions.find(({ oid }) => oidText(oid) === OID.subjectAltName)?.value;
}

/**
 * Returns whether the two certificates belong to the same authority. Otherwise, cross-signed certificates of one authority would send the
 * search into a loop.
 */
function isSameAuthority(member: Certificate, candidate: Certificate): boolean {
  const [names, candidateNames] = [alternativeNames(member), alternativeNames(candidate)];
  const sameNames =
    names === undefined || candidateNames === undefined ? names === candidateNames : names.equals(candidateNames);
  return (
    sameNames &&
    member.rawSubject.equals(candidate.rawSubject) &&
    member.rawSubjectPublicKeyInfo.equals(candidate.rawSubjectPublicKeyInfo)
  );
}

/**
 * Sorts candidates: first candidates with a matching key identifier, then candidates without a key identifier, then the others. As in Go,
 * the order determines which chain is found.
 */
function byKeyId(candidates: readonly Certificate[], child: Certificate): Certificate[] {
  const wanted = child.facts.authorityKeyId;
  const rank = ({ facts }: Certificate): number => {
    if (wanted === undefined || facts.subjectKeyId === undefined) {
      return wanted === facts.subjectKeyId ? 0 : 1;
    }
    return wanted.equals(facts.subjectKeyId) ? 0 : 2;
  };
  return [...candidates].sort((a, b) => rank(a) - rank(b));
}
