import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { PageQuery } from '../../../kernel/lists/page';
import type { EvaluationContext } from './flag-evaluation.types';
import type { FlagPage, SnapshotEvaluation, SnapshotEvaluations, WrittenFlag } from './flags.types';

/**
 * A tenant's feature flags, evaluated from memory that the change feed keeps current. Runs in the sidecar; the context determines the
 * tenant. A tenant without flags has the empty version 0. Flags that the feed has not confirmed for `CHANGE_FEED_MAX_AGE_MS` are still
 * evaluated, with the reason `STALE`.
 */
export abstract class FlagsPort {
  /**
   * Evaluates a flag. An unknown flag, a broken expression or an unsuitable context leads to an evaluation with an error.
   * Errors: `unavailable` if the flags are not in memory and the store is unavailable; `invalid_request` for a context beyond its limits.
   */
  abstract evaluate(context: CallContext, key: string, by: EvaluationContext): Promise<SnapshotEvaluation>;

  /** Evaluates every flag in one version, in the order of the document. Errors: as {@link evaluate}. */
  abstract evaluateAll(context: CallContext, by: EvaluationContext): Promise<SnapshotEvaluations>;

  /** Returns the flags by key. Errors: `unavailable`; `invalid_request` for an invalid cursor. */
  abstract list(context: CallContext, query: PageQuery): Promise<FlagPage>;

  /**
   * Creates or replaces a flag. This creates a new version of the tenant's flags, which reaches every cache soon after.
   * @param definition the flag in flagd's JSON, as a string.
   * Errors: `invalid_request` with one field error per fault (pointer, line and column into the string), `precondition_failed`,
   * `payload_too_large`.
   */
  abstract put(context: CallContext, key: string, definition: string, condition: Condition): Promise<WrittenFlag>;
}
