import type { CallContext } from '../../../kernel/context/call-context';
import type { LogPlace, TokenEventBatch, TokenEventFilter } from './token-events.types';

/** The log of token events of the call's tenant, and of what concerns all tenants, for those who read it. */
export abstract class TokenEventsPort {
  /**
   * Reads the log after a place. No event ever appears before a place in an earlier answer.
   * @param after `null` for the oldest event that is kept.
   * @param limit most events. There may be fewer with `more`: of what a filter leaves out only so much is passed at once.
   * Errors: `gone` when what is behind the place is not kept any more; `invalid_request` for what is no place; `unavailable`.
   */
  abstract read(
    context: CallContext,
    after: LogPlace | null,
    filter: TokenEventFilter,
    limit: number,
  ): Promise<TokenEventBatch>;

  /** The end of the log as it is now. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<LogPlace>;

  /**
   * The log from a place on, and then as it grows, without a gap or a repetition, until `signal` aborts. A batch without
   * events comes now and then, for its place. Errors: as {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: LogPlace,
    filter: TokenEventFilter,
    signal: AbortSignal,
  ): AsyncIterable<TokenEventBatch>;
}
