/** The change feed topic for plans, licenses and overrides. A change's tenant is `null` for a plan. */
export const ENTITLEMENTS_TOPIC = 'entitlements';

/** The limit of an unlimited quota: the largest integer that every client can represent exactly. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * The machine-readable reason why a tenant is not entitled. `unknown_key`: neither its plan nor an override contains the key;
 * `not_included`: an override or a limit of 0 denies it; `plan_unknown`: the installation does not have its plan.
 */
export type EntitlementDenial =
  'unknown_key' | 'not_included' | 'expired' | 'plan_unknown' | 'tenant_inactive' | 'tenant_unknown';

/** The entitlement of a tenant, and its quota. */
export interface Entitlement {
  readonly key: string;
  readonly entitled: boolean;
  /** The quota; {@link UNLIMITED} if there is no quota, 0 for a plain feature and when not entitled. */
  readonly limit: number;
  /** The expiry of the entitlement, past or future, in Unix milliseconds; `null` for no expiry. */
  readonly expiresAtMs: number | null;
  /** The name of the tenant's plan; empty for an unknown tenant. */
  readonly plan: string;
  /** `null` when entitled. */
  readonly reason: EntitlementDenial | null;
}
