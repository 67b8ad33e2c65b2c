import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type {
  EntitlementView,
  Licence,
  NewLicence,
  NewOverride,
  NewPlan,
  Override,
  Plan,
  TenantEntitlements,
} from './entitlements-admin.types';

/**
 * The plans of the installation, and what a tenant (the context's) has of its own: a licence and overrides. Writes are for
 * platform administrators: a tenant's own would grant itself what it likes. Every change is audited, for a tenant in its own
 * log, and live by the change feed.
 * Errors of all writes: `forbidden` for whoever is no platform administrator (of plans the surface checks that); `precondition_failed`
 * when a condition does not hold; `invalid_request` for a name that is none.
 */
export abstract class EntitlementsAdminPort {
  /** Everything that the tenant's plan and overrides name, as it is now, by key. */
  abstract overview(context: CallContext): Promise<TenantEntitlements>;

  /** One of them, as the sidecar answers it; a key that nobody knows is an answer too. */
  abstract entitlement(context: CallContext, key: string): Promise<EntitlementView>;

  /** By name. */
  abstract listPlans(context: CallContext, query: PageQuery): Promise<Page<Plan>>;
  /** Errors: `not_found`. */
  abstract getPlan(context: CallContext, name: string): Promise<Plan>;
  /** Adds or replaces. Errors: `conflict` beyond 100 plans. */
  abstract putPlan(context: CallContext, name: string, plan: NewPlan, condition: Condition): Promise<Plan>;
  /** Errors: `not_found`; `conflict` for one that tenants have a licence of, and for one that is built in. */
  abstract removePlan(context: CallContext, name: string, condition: Condition): Promise<void>;

  /** Errors: `not_found` when the tenant has none: its own plan holds, without an end. */
  abstract getLicence(context: CallContext): Promise<Licence>;
  /** Errors: `invalid_request` for a plan that there is not. */
  abstract putLicence(context: CallContext, licence: NewLicence, condition: Condition): Promise<Licence>;
  /** Errors: `not_found`. */
  abstract removeLicence(context: CallContext, condition: Condition): Promise<void>;

  /** By key. */
  abstract listOverrides(context: CallContext, query: PageQuery): Promise<Page<Override>>;
  /** Errors: `not_found`. */
  abstract getOverride(context: CallContext, key: string): Promise<Override>;
  /** Adds or replaces. Errors: `conflict` beyond 500 overrides. */
  abstract putOverride(
    context: CallContext,
    key: string,
    override: NewOverride,
    condition: Condition,
  ): Promise<Override>;
  /** Errors: `not_found`. */
  abstract removeOverride(context: CallContext, key: string, condition: Condition): Promise<void>;
}
