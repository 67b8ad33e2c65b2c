import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type {
  NewPlanRateLimitRule,
  NewRateLimitRule,
  PlanRateLimitRule,
  RateLimitRule,
} from './rate-limit-rules.types';

/**
 * The rules by which is limited: a tenant's own, and those of the plans, which hold beside them. Every change is audited
 * and live by the change feed. Errors of all writes: `precondition_failed` when a condition does not hold.
 */
export abstract class RateLimitRulesPort {
  /** By name. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<RateLimitRule>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<RateLimitRule>;

  /** Adds or replaces. Errors: `invalid_request` for the name, `conflict` beyond 100 rules. */
  abstract put(
    context: CallContext,
    name: string,
    rule: NewRateLimitRule,
    condition: Condition,
  ): Promise<RateLimitRule>;

  /** Errors: `not_found`. */
  abstract remove(context: CallContext, name: string, condition: Condition): Promise<void>;

  /** The rules of plans, by name. */
  abstract listPlans(context: CallContext, query: PageQuery): Promise<Page<PlanRateLimitRule>>;

  /** Errors: `not_found`. */
  abstract getPlan(context: CallContext, name: string): Promise<PlanRateLimitRule>;

  /** Errors: as {@link put}. */
  abstract putPlan(
    context: CallContext,
    name: string,
    rule: NewPlanRateLimitRule,
    condition: Condition,
  ): Promise<PlanRateLimitRule>;

  /** Errors: `not_found`. */
  abstract removePlan(context: CallContext, name: string, condition: Condition): Promise<void>;
}
