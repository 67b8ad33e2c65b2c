/** Topic of changed plans, licences and overrides; the tenant is the change's, `null` for a plan. */
export const ENTITLEMENTS_TOPIC = 'entitlements';

/** What a quota without a limit counts as: the largest number that every client reads exactly. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * Why a tenant is not entitled, in a word that machines can read. `unknown_key`: neither its plan nor an override knows the
 * key; `not_included`: an override or a limit of 0 says no; `plan_unknown`: its plan is none of the installation's.
 */
export type EntitlementDenial =
  'unknown_key' | 'not_included' | 'expired' | 'plan_unknown' | 'tenant_inactive' | 'tenant_unknown';

/** What a tenant may, and how much of it. */
export interface Entitlement {
  readonly key: string;
  readonly entitled: boolean;
  /** Size of a quota; {@link UNLIMITED} without one, 0 for a plain feature and when not entitled. */
  readonly limit: number;
  /** Until when it is so, or until when it was, in Unix milliseconds; `null`: it does not end by itself. */
  readonly expiresAtMs: number | null;
  /** Name of the tenant's plan; empty for a tenant that is not there. */
  readonly plan: string;
  /** `null` when entitled. */
  readonly reason: EntitlementDenial | null;
}
