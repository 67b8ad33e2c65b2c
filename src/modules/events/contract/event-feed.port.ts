import type { CloudEvent, EventPlace, FeedBatch } from './events.types';

/** The events of all tenants, for who sends them on. */
export abstract class EventFeedPort {
  /**
   * Reads the feed after a place, in one order over all tenants. No event ever appears before a place. Dropped events are
   * skipped. @param after `null` for the oldest event that is kept. Errors: `unavailable`.
   */
  abstract read(after: EventPlace | null, limit: number): Promise<FeedBatch>;

  /** Returns the current end of the feed. Errors: `unavailable`. */
  abstract end(): Promise<EventPlace>;

  /** Finds an event by its place in its tenant's log. `null` when it is not kept any more. Errors: `unavailable`. */
  abstract find(tenantId: string, place: EventPlace): Promise<CloudEvent | null>;

  /** How many days an event is kept. */
  abstract keptDays(): Promise<number>;

  /** An event that did not happen, for trying out where events are sent. */
  abstract sample(tenantId: string, of: Pick<CloudEvent, 'id' | 'type' | 'subject' | 'data'>): CloudEvent;
}
