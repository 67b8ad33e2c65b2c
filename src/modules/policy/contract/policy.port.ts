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
 * Decisions by Rego: the tenant's bundle over the installation's base policy, behind the tenant wall. Hosted by the
 * sidecar. Nothing of the store is asked on the way: active bundles are held in memory and kept current by the change feed.
 */
export abstract class PolicyPort {
  /**
   * Whether a rule is true for an input. Never rejects for what a policy or an input does: no bundle, an unknown rule, an
   * undefined or non-boolean value, an error, a deadline, stale memory each deny with a reason. Written to the tenant's
   * decision log; a denial goes to the audit log too, unless the caller says that it records denials itself.
   */
  abstract evaluate(
    context: CallContext,
    query: PolicyQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDecision>;

  /** The document at a place of the policy, evaluated, limited and written down like {@link evaluate}, and never rejecting either. */
  abstract document(context: CallContext, query: DocumentQuery): Promise<PolicyDocument>;

  /** Decides like {@link evaluate}, enforces and records nothing, and tells how the decision came about. */
  abstract dryRun(context: CallContext, query: PolicyQuery): Promise<PolicyExplanation>;

  /**
   * Every bundle of a tenant activated after `lastVersion`, oldest first, then each as it is activated, without a gap.
   * @param lastVersion `null` for "I have none": begins with the active one (nothing, until a tenant without one uploads).
   * Ends when `signal` aborts. Errors: `unavailable` when the store is away.
   */
  abstract watch(
    context: CallContext,
    tenantId: string,
    lastVersion: number | null,
    signal: AbortSignal,
  ): AsyncIterable<PolicyUpdate>;
}
