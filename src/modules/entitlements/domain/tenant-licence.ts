import type { Licence, Override, Plan } from '../contract/entitlements-admin.types';
import { type Entitlement, type EntitlementDenial, UNLIMITED } from '../contract/entitlements.types';

/** What is known of a tenant, as it is held in memory. */
export interface LicenceFacts {
  readonly isActive: boolean;
  /** The plan that the tenant was made with. */
  readonly ownPlan: string;
  readonly licence: Pick<Licence, 'plan' | 'expiresAt'> | null;
  /** The plan that holds; `null`: there is none of this name. */
  readonly plan: Pick<Plan, 'features' | 'limits'> | null;
  readonly overrides: readonly Pick<Override, 'key' | 'entitled' | 'limit' | 'expiresAt'>[];
}

/** An entitlement, and where the answer comes from. */
export interface JudgedEntitlement extends Entitlement {
  readonly source: 'plan' | 'override' | null;
}

/** How much a plan or an override gives: `undefined` for a feature, `null` without limit. */
type Size = number | null | undefined;

/**
 * What a tenant may. An override stands before the plan for as long as it holds; when it has ended the plan holds again. A
 * licence that has ended gives nothing of its plan. A tenant that is not active has nothing at all.
 */
export class TenantLicence {
  readonly planName: string;
  private readonly limits: ReadonlyMap<string, Size>;
  private readonly overrides: ReadonlyMap<string, LicenceFacts['overrides'][number]>;

  constructor(private readonly facts: LicenceFacts) {
    this.planName = facts.licence?.plan ?? facts.ownPlan;
    this.limits = new Map<string, Size>([
      ...(facts.plan?.features ?? []).map((feature) => [feature, undefined] as const),
      ...Object.entries(facts.plan?.limits ?? {}),
    ]);
    this.overrides = new Map(facts.overrides.map((override) => [override.key, override]));
  }

  /** Every key that the plan or an override names, sorted. */
  get keys(): readonly string[] {
    return [...new Set([...this.limits.keys(), ...this.overrides.keys()])].sort();
  }

  /** Whether a key is of something that is counted, by the plan or by an override. */
  isQuota(key: string): boolean {
    return this.limits.get(key) !== undefined || this.overrides.get(key)?.limit !== undefined;
  }

  check(key: string, nowMs: number): JudgedEntitlement {
    const { isActive, licence, plan } = this.facts;
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
    const endMs = momentOf(licence?.expiresAt);
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
