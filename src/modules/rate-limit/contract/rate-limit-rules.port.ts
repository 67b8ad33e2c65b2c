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
 * The rate limit rules: a tenant's rules, and the rules of the plans, which apply in addition. Every change is audited, and the change feed
 * distributes it. Errors of all writes: `precondition_failed` if a condition is not met.
 */
export abstract class RateLimitRulesPort {
  /** Lists a tenant's rules, sorted by name. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<RateLimitRule>>;

  /** Returns a rule. Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<RateLimitRule>;

  /** Adds or replaces a rule. Errors: `invalid_request` for an invalid name; `conflict` if there are already 100 rules. */
  abstract put(
    context: CallContext,
    name: string,
    rule: NewRateLimitRule,
    condition: Condition,
  ): Promise<RateLimitRule>;

  /** Deletes a rule. Errors: `not_found`. */
  abstract remove(context: CallContext, name: string, condition: Condition): Promise<void>;

  /** Lists the rules of plans, sorted by name. */
  abstract listPlans(context: CallContext, query: PageQuery): Promise<Page<PlanRateLimitRule>>;

  /** Returns a plan's rule. Errors: `not_found`. */
  abstract getPlan(context: CallContext, name: string): Promise<PlanRateLimitRule>;

  /** Adds or replaces a plan's rule. Errors: as for {@link put}. */
  abstract putPlan(
    context: CallContext,
    name: string,
    rule: NewPlanRateLimitRule,
    condition: Condition,
  ): Promise<PlanRateLimitRule>;

  /** Deletes a plan's rule. Errors: `not_found`. */
  abstract removePlan(context: CallContext, name: string, condition: Condition): Promise<void>;
}
