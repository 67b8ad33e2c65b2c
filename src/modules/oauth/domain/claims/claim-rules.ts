import type { ClaimRule, ClaimTarget } from '../../contract/token-claims.types';
import type { ClaimFacts } from './claim-facts';
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
  if ('app' in from) return app[from.app];
  const members = new Map(
    [...Object.entries(user ?? {}).map(named('user')), ...Object.entries(app).map(named('app'))].filter(isText),
  );
  return fillTemplate(from.template, (place) => members.get(place) ?? null);
}

const named =
  (owner: string) =>
  ([member, value]: readonly [string, unknown]): readonly [string, unknown] => [`${owner}.${member}`, value];

function isText(entry: readonly [string, unknown]): entry is readonly [string, string] {
  return typeof entry[1] === 'string';
}
