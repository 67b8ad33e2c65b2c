import type { PlanRateLimitRule, RateLimitRule } from '../contract/rate-limit-rules.types';
import { matchesGlob, matchesRoute } from './glob';
import { type Limit, limitOf } from './limit';

type Rule = Omit<RateLimitRule, 'version' | 'createdAt' | 'updatedAt'>;

interface Prepared {
  readonly rule: Rule;
  readonly limit: Limit;
}

/** The maximum number of cached results for keys and routes. It is limited because callers choose the names of keys. */
const MAX_REMEMBERED = 1_000;

/**
 * A tenant's limits: the most specific match among its own rules, and the most specific match among its plan's rules. Both rules must allow
 * the call, so a tenant's rule narrows its plan's limit and never widens it. If no rule matches, the default applies. A rule in shadow mode
 * does not replace any of these limits: it only keeps an additional count, and only if it would otherwise be the first match.
 */
export class TenantLimits {
  private readonly groups: readonly (readonly Prepared[])[];
  private readonly remembered = new Map<string, readonly Limit[]>();
  private readonly withoutRule: readonly Limit[];
  /** False for most tenants, for which no search is needed. */
  private readonly hasKeyRules: boolean;
  private readonly hasRequestRules: boolean;

  constructor(
    own: readonly Rule[],
    ofPlan: readonly Rule[],
    readonly byDefault: Limit,
  ) {
    this.groups = [prepared(own, 'tenant'), prepared(ofPlan, 'plan')];
    this.withoutRule = [byDefault];
    const all = [...own, ...ofPlan];
    this.hasKeyRules = all.some(({ key }) => key !== null);
    this.hasRequestRules = all.some(({ key }) => key === null);
  }

  /** Returns the limits for a key that services count, with the tenant's rule first. */
  forKey(key: string): readonly Limit[] {
    if (!this.hasKeyRules) return this.withoutRule;
    return this.first(`k${key}`, ({ rule }) => rule.key !== null && matchesGlob(rule.key, key));
  }

  /** Returns the limits for a client's request to a backend route. */
  forRequest(client: string, route: string): readonly Limit[] {
    if (!this.hasRequestRules) return this.withoutRule;
    return this.first(
      `r${route} ${client}`,
      ({ rule }) =>
        rule.key === null &&
        (rule.client === null || rule.client === client) &&
        (rule.route === null || matchesRoute(rule.route, route)),
    );
  }

  private first(asked: string, fits: (prepared: Prepared) => boolean): readonly Limit[] {
    const known = this.remembered.get(asked);
    if (known) return known;
    const acting = this.groups.flatMap((group) => group.find((each) => !each.rule.shadow && fits(each))?.limit ?? []);
    const watching = this.groups.flatMap((group) => {
      const first = group.find(fits);
      return first?.rule.shadow === true ? first.limit : [];
    });
    // Enforcing rules are checked first, so that shadow rules do not count refused calls.
    const limits = [...(acting.length === 0 ? this.withoutRule : acting), ...watching];
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(asked, limits);
    return limits;
  }
}

/** Returns a plan's rules, which apply to its tenants. */
export function rulesOfPlan(rules: readonly PlanRateLimitRule[], plan: string): readonly PlanRateLimitRule[] {
  return rules.filter((rule) => rule.plan === plan);
}

/**
 * Sorts rules by specificity: rules with a client come first, then rules with a route, then other rules; longer patterns come before
 * shorter patterns. A route contains at least a slash, so it is longer than an absent route.
 */
function prepared(rules: readonly Rule[], source: 'tenant' | 'plan'): readonly Prepared[] {
  return [...rules].sort(bySpecificity).map((rule) => {
    const { name: policy, limit, windowSeconds, burst, cost, perTenant, shadow, concurrency, monthlyQuota } = rule;
    const described = { limit, windowSeconds, burst, cost, perTenant, shadow, concurrency, monthlyQuota };
    return { rule, limit: limitOf({ policy, source, ...described }) };
  });
}

function bySpecificity(a: Rule, b: Rule): number {
  return weight(b) - weight(a) || (a.name < b.name ? -1 : 1);
}

function weight({ client, route, key }: Rule): number {
  const literal = (route ?? key ?? '').replaceAll('*', '').length;
  return (client === null ? 0 : 10_000) + literal;
}
