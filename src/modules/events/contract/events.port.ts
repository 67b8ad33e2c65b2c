import type { CallContext } from '../../../kernel/context/call-context';
import type { EventBatch, EventFilter, EventPlace } from './events.types';

/** The events of the resources of the call's tenant, for readers. */
export abstract class EventsPort {
  /**
   * Reads the log after a place. No event ever appears before a place in an earlier answer.
   * @param after `null` for the oldest event that is kept.
   * @param limit most events. There may be fewer with `more`: one read skips a limited number of events that do not match the filter.
   * Errors: `gone` when events after the place are no longer kept; `invalid_request` for an invalid place; `unavailable`.
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
   * Returns the log after a place, and then new events, without gap or repeat, until `signal` aborts. A batch without events arrives
   * periodically, with the current place. Errors: as {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: EventPlace,
    filter: EventFilter,
    signal: AbortSignal,
  ): AsyncIterable<EventBatch>;
}
