import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type {
  EntitlementView,
  License,
  NewLicense,
  NewOverride,
  NewPlan,
  Override,
  Plan,
  TenantEntitlements,
} from './entitlements-admin.types';

/**
 * The installation's plans, and the license and overrides of the context's tenant. Only platform administrators can write: a
 * tenant's own administrators could grant it anything. Every change is published on the change feed and audited; a tenant's changes are
 * audited in the tenant's own log. Errors of all writes: `forbidden` for a caller that is not a platform administrator (for plans, the REST
 * controller checks this); `precondition_failed` if a condition is not met; `invalid_request` for an invalid name.
 */
export abstract class EntitlementsAdminPort {
  /** Returns the current entitlements for all keys in the tenant's plan and overrides, sorted by key. */
  abstract overview(context: CallContext): Promise<TenantEntitlements>;

  /** Returns an entitlement, in the same way as the sidecar. An unknown key is not an error. */
  abstract entitlement(context: CallContext, key: string): Promise<EntitlementView>;

  /** Returns plans, sorted by name. */
  abstract listPlans(context: CallContext, query: PageQuery): Promise<Page<Plan>>;
  /** Returns a plan. Errors: `not_found`. */
  abstract getPlan(context: CallContext, name: string): Promise<Plan>;
  /** Adds or replaces a plan. Errors: `conflict` if a new plan would exceed the maximum of 100. */
  abstract putPlan(context: CallContext, name: string, plan: NewPlan, condition: Condition): Promise<Plan>;
  /** Deletes a plan. Errors: `not_found`; `conflict` for a built-in plan, or if tenants have a license for the plan. */
  abstract removePlan(context: CallContext, name: string, condition: Condition): Promise<void>;

  /**
   * Returns the tenant's license. Errors: `not_found` if the tenant has no license; in that case, its own plan applies without an expiry.
   */
  abstract getLicense(context: CallContext): Promise<License>;
  /** Adds or replaces the license. Errors: `invalid_request` for an unknown plan. */
  abstract putLicense(context: CallContext, license: NewLicense, condition: Condition): Promise<License>;
  /** Deletes the license. Errors: `not_found`. */
  abstract removeLicense(context: CallContext, condition: Condition): Promise<void>;

  /** Returns overrides, sorted by key. */
  abstract listOverrides(context: CallContext, query: PageQuery): Promise<Page<Override>>;
  /** Returns an override. Errors: `not_found`. */
  abstract getOverride(context: CallContext, key: string): Promise<Override>;
  /** Adds or replaces an override. Errors: `conflict` if a new override would exceed the maximum of 500. */
  abstract putOverride(
    context: CallContext,
    key: string,
    override: NewOverride,
    condition: Condition,
  ): Promise<Override>;
  /** Deletes an override. Errors: `not_found`. */
  abstract removeOverride(context: CallContext, key: string, condition: Condition): Promise<void>;
}
