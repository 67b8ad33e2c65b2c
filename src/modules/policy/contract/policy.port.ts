import type { CallContext } from '../../../kernel/context/call-context';
import type {
  DocumentQuery,
  PolicyDecision,
  PolicyDocument,
  PolicyExplanation,
  PolicyQuery,
  PolicyUpdate,
} from './policy.types';

/**
 * Decisions by Rego: the tenant's bundle over the installation's base policy, behind the tenant wall. Hosted by the sidecar. Decisions
 * never query the database: active bundles are cached in memory and updated by the change feed.
 */
export abstract class PolicyPort {
  /**
   * Decides whether a rule is true for an input. Never rejects because of a policy or an input: no bundle, an unknown rule, an undefined or
   * non-boolean value, an error, a deadline, a stale cache each deny with a reason. Recorded in the tenant's decision log; a denial goes to
   * the audit log too, unless the caller records denials itself.
   */
  abstract evaluate(
    context: CallContext,
    query: PolicyQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDecision>;

  /** Returns the document at a place of the policy. Evaluates, limits and records it like {@link evaluate}, and never rejects. */
  abstract document(context: CallContext, query: DocumentQuery): Promise<PolicyDocument>;

  /** Decides like {@link evaluate} without enforcing or recording anything, and explains the decision. */
  abstract dryRun(context: CallContext, query: PolicyQuery): Promise<PolicyExplanation>;

  /**
   * Yields every bundle of a tenant activated after `lastVersion`, oldest first, then each as it is activated, without gaps.
   * @param lastVersion `null` for "I have none": begins with the active one (nothing, until a tenant without one uploads). Ends when
   * `signal` aborts. Errors: `unavailable` when the store is unavailable.
   */
  abstract watch(
    context: CallContext,
    tenantId: string,
    lastVersion: number | null,
    signal: AbortSignal,
  ): AsyncIterable<PolicyUpdate>;
}
