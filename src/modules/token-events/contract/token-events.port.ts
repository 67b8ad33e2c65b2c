import type { CallContext } from '../../../kernel/context/call-context';
import type { LogPlace, TokenEventBatch, TokenEventFilter } from './token-events.types';

/** The token events of the call's tenant and those that concern all tenants, for readers. */
export abstract class TokenEventsPort {
  /**
   * Reads the log after a place. No event ever appears before a place that was returned earlier.
   * @param after `null` to start at the oldest stored event.
   * @param limit maximum number of events. There may be fewer even if `more` is true: one read skips a limited number of events that do not
   * match the filter.
   * Errors: `gone` when events after the place are no longer stored; `invalid_request` for an invalid place; `unavailable`.
   */
  abstract read(
    context: CallContext,
    after: LogPlace | null,
    filter: TokenEventFilter,
    limit: number,
  ): Promise<TokenEventBatch>;

  /** Returns the current end of the log. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<LogPlace>;

  /**
   * Yields the log after a place, and then new events, without gaps or repeats, until `signal` aborts. A batch without events arrives
   * periodically, with the current place. Errors: as {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: LogPlace,
    filter: TokenEventFilter,
    signal: AbortSignal,
  ): AsyncIterable<TokenEventBatch>;
}
