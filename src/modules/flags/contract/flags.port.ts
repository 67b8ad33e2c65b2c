import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { PageQuery } from '../../../kernel/lists/page';
import type { EvaluationContext } from './flag-evaluation.types';
import type { FlagPage, SnapshotEvaluation, SnapshotEvaluations, WrittenFlag } from './flags.types';

/**
 * A tenant's feature flags, evaluated from memory that the change feed keeps current. Hosted by the sidecar; the tenant is
 * the context's. A tenant without flags has the version 0, in which no flag is known. Flags that the feed has not confirmed
 * for `CHANGE_FEED_MAX_AGE_MS` still evaluate, with the reason `STALE`.
 */
export abstract class FlagsPort {
  /**
   * Evaluates one flag. An unknown flag, a broken expression or an unsuitable context is an evaluation with an error.
   * Errors: `unavailable` when nothing is in memory and the store is away; `invalid_request` for a context beyond its limits.
   */
  abstract evaluate(context: CallContext, key: string, by: EvaluationContext): Promise<SnapshotEvaluation>;

  /** Evaluates every flag on one version, in the order of the document. Errors: as {@link evaluate}. */
  abstract evaluateAll(context: CallContext, by: EvaluationContext): Promise<SnapshotEvaluations>;

  /** The flags by key. Errors: `unavailable`; `invalid_request` for a cursor that is not ours. */
  abstract list(context: CallContext, query: PageQuery): Promise<FlagPage>;

  /**
   * Makes or replaces one flag: a new version of the tenant's flags, which every holder has soon after.
   * @param definition the flag in flagd's JSON, as text.
   * Errors: `invalid_request` with one field error per fault (pointer, line and column into the text),
   * `precondition_failed`, `payload_too_large`.
   */
  abstract put(context: CallContext, key: string, definition: string, condition: Condition): Promise<WrittenFlag>;
}
