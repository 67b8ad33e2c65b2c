import type { ClaimRule, ClaimTarget } from '../../contract/token-claims.types';
import type { AppFacts, ClaimFacts } from './claim-facts';
import { fillTemplate } from './claim-template';

/** Custom claims by name. */
export type CustomClaims = Readonly<Record<string, unknown>>;

/**
 * Returns the claims that rules set in a token or response. A later rule replaces the claim of an earlier rule. A rule without a value for
 * this token, such as a user's member in a client's own token, sets no claim.
 */
export function claimsOfRules(rules: readonly ClaimRule[], target: ClaimTarget, facts: ClaimFacts): CustomClaims {
  const claims = new Map<string, unknown>();
  for (const rule of rules) {
    if (!rule.in.includes(target) || !applies(rule, facts)) continue;
    const value = valueOf(rule, facts);
    if (value !== null) claims.set(rule.claim, value);
  }
  return Object.fromEntries(claims);
}

function applies({ when }: ClaimRule, { scopes, audiences }: ClaimFacts): boolean {
  return has(when?.scopes, scopes) && has(when?.audiences, audiences);
}

function has(wanted: readonly string[] | undefined, present: readonly string[]): boolean {
  return wanted?.some((one) => present.includes(one)) !== false;
}

function valueOf({ from }: ClaimRule, { user, app }: ClaimFacts): unknown {
  if ('value' in from) return from.value;
  if ('user' in from) return user?.[from.user] ?? null;
  const ofApp = appMembers(app);
  if ('app' in from) return ofApp.get(from.app) ?? null;
  const members = new Map([...prefixed('user', Object.entries(user ?? {})), ...prefixed('app', [...ofApp])]);
  return fillTemplate(from.template, (place) => {
    const member = members.get(place);
    return typeof member === 'string' ? member : null;
  });
}

/** Returns the members of an app by name: `name`, `metadata`, `metadata.plan`. Metadata without values has no value itself. */
function appMembers({ metadata, ...members }: AppFacts): ReadonlyMap<string, unknown> {
  const values = Object.entries(metadata);
  const whole: readonly [string, unknown][] = values.length === 0 ? [] : [['metadata', metadata]];
  return new Map<string, unknown>([...Object.entries(members), ...whole, ...prefixed('metadata', values)]);
}

function prefixed(owner: string, members: readonly (readonly [string, unknown])[]): readonly [string, unknown][] {
  return members.map(([member, value]) => [`${owner}.${member}`, value]);
}
