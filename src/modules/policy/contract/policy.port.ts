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
 * Rego decisions, hosted by the sidecar: the tenant's bundle over the installation's base policy, behind the tenant wall. Decisions
 * never query the database: active bundles are cached in memory and updated by the change feed.
 */
export abstract class PolicyPort {
  /**
   * Decides whether a rule is true for an input. Never rejects because of a policy or an input. A missing bundle, an unknown rule, an
   * undefined or non-boolean value, an error, an exceeded deadline, and a stale cache each lead to a denial with a reason. The decision is
   * recorded in the tenant's decision log, and a denial is also recorded in the audit log unless the caller records denials itself.
   */
  abstract evaluate(
    context: CallContext,
    query: PolicyQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDecision>;

  /** Returns the document at a path of the policy. Evaluates, limits and records it like {@link evaluate}, and never rejects. */
  abstract document(
    context: CallContext,
    query: DocumentQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PolicyDocument>;

  /**
   * Returns whether a tenant's policy has anything at a path, such as `data.coresdk.token`, without an evaluation. The answer is true for a
   * policy that only worker threads have compiled, until {@link document} finds nothing at the path. Errors: `unavailable`.
   */
  abstract defines(context: CallContext, tenantId: string, path: string): Promise<boolean>;

  /** Decides like {@link evaluate} without enforcing or recording anything, and explains the decision. */
  abstract dryRun(context: CallContext, query: PolicyQuery): Promise<PolicyExplanation>;

  /**
   * Yields every bundle of a tenant that was activated after `lastVersion`, oldest first, and then each bundle as it is activated, without
   * gaps.
   * @param lastVersion the last version that the caller received. `null` if it has none: the stream then begins with the active version or,
   * if the tenant has none, with the first version that is activated. The stream ends when `signal` aborts. Errors: `unavailable` when the
   * store is unavailable.
   */
  abstract watch(
    context: CallContext,
    tenantId: string,
    lastVersion: number | null,
    signal: AbortSignal,
  ): AsyncIterable<PolicyUpdate>;
}
