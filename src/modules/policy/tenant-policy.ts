import type { Policy, PreparedRule, Value } from '@coresdk/rego/node';
import type { PolicyDecision } from './contract/policy.types';
import { isResourcePermissionRule } from './domain/resource-permission';

/** The maximum number of prepared rules. It is limited because callers choose the names. */
const MAX_RULES = 1_000;
/** Rules next to `allow` that return the reason for a denial. The first rule that returns a reason is used. */
const REASON_RULES = ['deny_reasons', 'deny_reason'] as const;
/** The rule next to `allow` with sentences that explain the reason to people. */
const DETAILS_RULE = 'deny_details';

/** A decision, and the rule's value for explanations. */
export interface Decided {
  readonly decision: PolicyDecision;
  readonly value: Value | undefined;
}

/** A rule that is prepared for decisions. */
export interface RuleQuery {
  /** The path, beginning with `data.`. */
  readonly path: string;
  readonly rule: PreparedRule;
  readonly isResourcePermission: boolean;
  /** The rules that return the reasons for a denial. */
  readonly reasons: readonly PreparedRule[];
  /** The rule that returns sentences about the reasons, if the policy has one. */
  readonly details: PreparedRule | undefined;
}

/** The compiled policy of one tenant: one version on top of one base policy. Immutable, so that each decision uses exactly one policy. */
export class TenantPolicy {
  private static made = 0;
  /** A number that is unique in this process. */
  readonly serial = ++TenantPolicy.made;
  /** A plain "allow", created only once, because most decisions are plain allows. */
  readonly allowed: Decided;
  private readonly rules = new Map<string, RuleQuery>();
  private readonly defined = new Map<string, boolean>();

  constructor(
    /** The version; `null` for the base policy alone. */
    readonly version: number | null,
    readonly policy: Policy,
    /** The tenant as `{"id": …, "slug": …}`, for the tenant wall. */
    readonly tenant: Value,
    /** The paths of the bundle's own modules, whose coverage is relevant to its author; `null` for all modules. */
    readonly ownFiles: ReadonlySet<string> | null = null,
  ) {
    const decision = { allowed: true, code: null, reason: '', version, resourcePermission: null } as const;
    this.allowed = Object.freeze({ decision: Object.freeze(decision), value: true });
  }

  /** Returns a rule by its name, with or without `data.`, or `undefined` if the rule does not exist. */
  rule(name: string): RuleQuery | undefined {
    return this.rules.get(name) ?? this.prepare(name);
  }

  /** Returns whether there is a rule, a package or data at a path. The answer is stored, because issuers ask before each token. */
  defines(path: string): boolean {
    const known = this.defined.get(path);
    if (known !== undefined) return known;
    const isDefined = this.policy.prepareRule(withData(path)) !== undefined;
    if (this.defined.size < MAX_RULES) this.defined.set(path, isDefined);
    return isDefined;
  }

  private prepare(name: string): RuleQuery | undefined {
    const path = withData(name);
    const rule = this.policy.prepareRule(path);
    if (!rule) return undefined;
    const parent = path.slice(0, path.lastIndexOf('.'));
    const isAllow = path === `${parent}.allow`;
    const asked: RuleQuery = {
      path,
      rule,
      isResourcePermission: isResourcePermissionRule(path),
      reasons: isAllow ? REASON_RULES.flatMap((reason) => this.policy.prepareRule(`${parent}.${reason}`) ?? []) : [],
      details: isAllow ? this.policy.prepareRule(`${parent}.${DETAILS_RULE}`) : undefined,
    };
    if (this.rules.size < MAX_RULES) this.rules.set(name, asked);
    return asked;
  }
}

/** Returns a rule's path, with `data.` prepended if missing. */
export function withData(name: string): string {
  return /^data(?:[.[]|$)/.test(name) ? name : `data.${name}`;
}
