import type { CallContext } from '../../../kernel/context/call-context';
import type { EventBatch, EventFilter, EventPlace } from './events.types';

/** Reads the events of the caller's tenant. */
export abstract class EventsPort {
  /**
   * Reads the log after a position. New events never appear before a position that was returned.
   * @param after the position; `null` to start with the oldest stored event.
   * @param limit the maximum number of events. A result with `more` can contain fewer events, because one read skips only a limited number
   * of events that do not match the filter. Errors: `gone` when events after the position are no longer stored; `invalid_request` for an
   * invalid position; `unavailable`.
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
   * Returns the log after a position, and then new events, without gaps or duplicates, until `signal` aborts. A batch without events
   * arrives periodically, with the current position. Errors: as for {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: EventPlace,
    filter: EventFilter,
    signal: AbortSignal,
  ): AsyncIterable<EventBatch>;
}
