import type { CallContext } from '../../../kernel/context/call-context';
import type { EventBatch, EventFilter, EventPlace } from './events.types';

/** What happened to the resources of the call's tenant, for those who read it. */
export abstract class EventsPort {
  /**
   * Reads the log after a place. No event ever appears before a place in an earlier answer.
   * @param after `null` for the oldest event that is kept.
   * @param limit most events. There may be fewer with `more`: of what a filter leaves out only so much is passed at once.
   * Errors: `gone` when what is behind the place is not kept any more; `invalid_request` for what is no place; `unavailable`.
   */
  abstract read(
    context: CallContext,
    after: EventPlace | null,
    filter: EventFilter,
    limit: number,
  ): Promise<EventBatch>;

  /** The end of the log as it is now. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<EventPlace>;

  /**
   * The log from a place on, and then as it grows, without a gap or a repetition, until `signal` aborts. A batch without
   * events comes now and then, for its place. Errors: as {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: EventPlace,
    filter: EventFilter,
    signal: AbortSignal,
  ): AsyncIterable<EventBatch>;
}
