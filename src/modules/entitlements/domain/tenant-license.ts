import type { License, Override, Plan } from '../contract/entitlements-admin.types';
import { type Entitlement, type EntitlementDenial, UNLIMITED } from '../contract/entitlements.types';

/** The cached facts about a tenant. */
export interface LicenseFacts {
  readonly isActive: boolean;
  /** The plan with which the tenant was created. */
  readonly ownPlan: string;
  readonly license: Pick<License, 'plan' | 'expiresAt'> | null;
  /** The plan that applies; `null` if no plan has this name. */
  readonly plan: Pick<Plan, 'features' | 'limits'> | null;
  readonly overrides: readonly Pick<Override, 'key' | 'entitled' | 'limit' | 'expiresAt'>[];
}

/** An entitlement and its source. */
export interface JudgedEntitlement extends Entitlement {
  readonly source: 'plan' | 'override' | null;
}

/** The quota that a plan or an override grants: `undefined` for a feature, `null` for unlimited. */
type Size = number | null | undefined;

/**
 * Decides a tenant's entitlements. An override takes precedence over the plan while it is valid; after its end, the plan applies again. An
 * expired license does not grant anything from its plan. A tenant that is not active has no entitlements.
 */
export class TenantLicense {
  readonly planName: string;
  private readonly limits: ReadonlyMap<string, Size>;
  private readonly overrides: ReadonlyMap<string, LicenseFacts['overrides'][number]>;

  constructor(private readonly facts: LicenseFacts) {
    this.planName = facts.license?.plan ?? facts.ownPlan;
    this.limits = new Map<string, Size>([
      ...(facts.plan?.features ?? []).map((feature) => [feature, undefined] as const),
      ...Object.entries(facts.plan?.limits ?? {}),
    ]);
    this.overrides = new Map(facts.overrides.map((override) => [override.key, override]));
  }

  /** All keys of the plan and the overrides, sorted. */
  get keys(): readonly string[] {
    return [...new Set([...this.limits.keys(), ...this.overrides.keys()])].sort();
  }

  /** Returns true if the plan or an override contains a quota for the key. */
  isQuota(key: string): boolean {
    return this.limits.get(key) !== undefined || this.overrides.get(key)?.limit !== undefined;
  }

  check(key: string, nowMs: number): JudgedEntitlement {
    const { isActive, license, plan } = this.facts;
    const override = this.overrides.get(key);
    const overrideEndMs = momentOf(override?.expiresAt);
    if (!isActive) return this.no(key, 'tenant_inactive', null, null);
    if (override && !isOver(overrideEndMs, nowMs)) {
      return override.entitled
        ? this.sized(key, override.limit, 'override', overrideEndMs)
        : this.no(key, 'not_included', 'override', overrideEndMs);
    }
    if (plan === null) return this.no(key, 'plan_unknown', null, null);
    if (!this.limits.has(key)) {
      return override?.entitled === true
        ? this.no(key, 'expired', 'override', overrideEndMs)
        : this.no(key, 'unknown_key', null, null);
    }
    const endMs = momentOf(license?.expiresAt);
    if (isOver(endMs, nowMs)) return this.no(key, 'expired', 'plan', endMs);
    return this.sized(key, this.limits.get(key), 'plan', endMs);
  }

  private sized(key: string, size: Size, source: 'plan' | 'override', expiresAtMs: number | null): JudgedEntitlement {
    if (size === 0) return this.no(key, 'not_included', source, expiresAtMs);
    const limit = size === null ? UNLIMITED : (size ?? 0);
    return { key, entitled: true, limit, expiresAtMs, plan: this.planName, source, reason: null };
  }

  private no(
    key: string,
    reason: EntitlementDenial,
    source: 'plan' | 'override' | null,
    expiresAtMs: number | null,
  ): JudgedEntitlement {
    return { key, entitled: false, limit: 0, expiresAtMs, plan: this.planName, source, reason };
  }
}

function momentOf(time: string | null | undefined): number | null {
  return time === null || time === undefined ? null : Date.parse(time);
}

function isOver(endMs: number | null, nowMs: number): boolean {
  return endMs !== null && nowMs >= endMs;
}
