import type { CallContext } from '../../../kernel/context/call-context';
import type { EventBatch, EventFilter, EventPlace } from './events.types';

/** Reads the events of the caller's tenant. */
export abstract class EventsPort {
  /**
   * Reads the log after a place. New events never appear before a place that was returned.
   * @param after `null` to start with the oldest stored event.
   * @param limit maximum number of events. A result with `more` may have fewer: one read skips a limited number of events that do not
   * match the filter.
   * Errors: `gone` when events after the place are no longer stored; `invalid_request` for an invalid place; `unavailable`.
   */
  abstract read(
    context: CallContext,
    after: EventPlace | null,
    filter: EventFilter,
    limit: number,
  ): Promise<EventBatch>;

  /** Returns the current end of the log. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<EventPlace>;

  /**
   * Returns the log after a place, and then new events, without gaps or duplicates, until `signal` aborts. A batch without events arrives
   * periodically, with the current place. Errors: as {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: EventPlace,
    filter: EventFilter,
    signal: AbortSignal,
  ): AsyncIterable<EventBatch>;
}
