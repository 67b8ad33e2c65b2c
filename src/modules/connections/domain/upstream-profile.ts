import { z } from 'zod';
import { email as emailSchema } from '../../users/contract/users.types';
import type { ProfileMapping } from '../contract/connections.types';

/** A person as an identity provider describes them. */
export interface UpstreamProfile {
  readonly issuer: string;
  /** Identifies the person at the issuer forever. */
  readonly subject: string;
  /** `null` if the provider sent no valid address. */
  readonly email: string | null;
  /** True if the provider confirms that the person receives mail at the address. */
  readonly emailVerified: boolean;
  /** At most 200 characters; empty if unknown. */
  readonly name: string;
  /** The Google Workspace to which the person belongs. */
  readonly hostedDomain: string | null;
  /** All claims, for rules. */
  readonly claims: Readonly<Record<string, unknown>>;
}

const MAX_SUBJECT_CHARS = 512;
const NAME_CHARS = 200;

/** The claims of a provider do not identify a person. */
export class NoSubject extends Error {
  constructor(claim: string) {
    super(`The identity provider did not send the claim "${claim}".`);
    this.name = 'NoSubject';
  }
}

/**
 * Returns the person whom OpenID Connect claims describe.
 * @param subject the claims that identify the person together; @param verified the claims that confirm the address. Throws
 * {@link NoSubject}.
 */
export function oidcProfile(
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
  { subject, verified }: { readonly subject: readonly string[]; readonly verified: readonly string[] },
): UpstreamProfile {
  const names = subject.map((claim) => subjectOf(claims, claim));
  const email = addressOf(claims['email']);
  return {
    issuer,
    subject: names.join('/'),
    email,
    emailVerified: email !== null && verified.some((claim) => isTrue(claims[claim])),
    name: nameOf(claims['name']),
    hostedDomain: textOf(claims['hd']),
    claims,
  };
}

/** Returns the person whom a user object describes. Throws {@link NoSubject}. */
export function mappedProfile(
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
  mapping: ProfileMapping,
): UpstreamProfile {
  const email = addressOf(claims[mapping.email]);
  return {
    issuer,
    subject: subjectOf(claims, mapping.subject),
    email,
    emailVerified: email !== null && mapping.emailVerified !== null && isTrue(claims[mapping.emailVerified]),
    name: nameOf(claims[mapping.name]),
    hostedDomain: null,
    claims,
  };
}

const addresses = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() })).max(1_000);

/** Returns a profile with the primary address of a list like GitHub's, if it is verified; otherwise without an address. */
export function withPrimaryAddress(profile: UpstreamProfile, list: unknown): UpstreamProfile {
  const read = addresses.safeParse(list);
  const primary = read.success ? read.data.find((one) => one.primary && one.verified) : undefined;
  const email = addressOf(primary?.email);
  return { ...profile, email, emailVerified: email !== null };
}

function subjectOf(claims: Readonly<Record<string, unknown>>, claim: string): string {
  const value = claims[claim];
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || text === '' || text.length > MAX_SUBJECT_CHARS || hasControl(text)) {
    throw new NoSubject(claim);
  }
  return text;
}

function addressOf(value: unknown): string | null {
  const read = emailSchema.safeParse(value);
  return read.success ? read.data : null;
}

/** Providers send the boolean as a boolean, as text (Apple) or as a number (Microsoft). */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}

function nameOf(value: unknown): string {
  const text = textOf(value) ?? '';
  return [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').trim()].slice(0, NAME_CHARS).join('');
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
