import type { Policy, PreparedRule, Value } from '@coresdk/rego/node';
import type { PolicyDecision } from './contract/policy.types';
import { isResourcePermissionRule } from './domain/resource-permission';

/** Names of rules kept prepared; names come from callers. */
const MAX_RULES = 1_000;
/** Rules beside `allow` that tell why it did not hold, the first that gives words is taken. */
const REASON_RULES = ['deny_reasons', 'deny_reason'] as const;

/** A decision, with the rule's value for those who explain it. */
export interface Decided {
  readonly decision: PolicyDecision;
  readonly value: Value | undefined;
}

/** A rule as a decision asks for it. */
export interface AskedRule {
  /** With `data.` in front. */
  readonly path: string;
  readonly rule: PreparedRule;
  readonly isResourcePermission: boolean;
  /** The rules that tell why not. */
  readonly reasons: readonly PreparedRule[];
}

/** The policy of one tenant, as it decides: one version over one base. Never changes, so that a decision is by one policy alone. */
export class TenantPolicy {
  private static made = 0;
  /** Tells it from every other of this process. */
  readonly serial = ++TenantPolicy.made;
  /** A plain yes, which is most decisions: made once. */
  readonly allowed: Decided;
  private readonly rules = new Map<string, AskedRule>();

  constructor(
    /** `null`: the base policy alone. */
    readonly version: number | null,
    readonly policy: Policy,
    /** `{"id": …, "slug": …}` for the tenant wall. */
    readonly tenant: Value,
    /** Paths of the bundle's own modules, whose coverage means something to its author; `null`: all there are. */
    readonly ownFiles: ReadonlySet<string> | null = null,
  ) {
    const decision = { allowed: true, code: null, reason: '', version, resourcePermission: null } as const;
    this.allowed = Object.freeze({ decision: Object.freeze(decision), value: true });
  }

  /** The rule of a name with or without `data.`; `undefined` when nothing stands there. */
  rule(name: string): AskedRule | undefined {
    return this.rules.get(name) ?? this.prepare(name);
  }

  private prepare(name: string): AskedRule | undefined {
    const path = withData(name);
    const rule = this.policy.prepareRule(path);
    if (!rule) return undefined;
    const parent = path.slice(0, path.lastIndexOf('.'));
    const isAllow = path === `${parent}.allow`;
    const asked: AskedRule = {
      path,
      rule,
      isResourcePermission: isResourcePermissionRule(path),
      reasons: isAllow ? REASON_RULES.flatMap((reason) => this.policy.prepareRule(`${parent}.${reason}`) ?? []) : [],
    };
    if (this.rules.size < MAX_RULES) this.rules.set(name, asked);
    return asked;
  }
}

/** A rule's path with `data.` in front, however it was written. */
export function withData(name: string): string {
  return /^data(?:[.[]|$)/.test(name) ? name : `data.${name}`;
}
