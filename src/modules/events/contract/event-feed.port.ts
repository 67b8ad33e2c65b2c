import type { CloudEvent, EventPlace, FeedBatch } from './events.types';

/** The events of all tenants, for modules that forward them. */
export abstract class EventFeedPort {
  /**
   * Reads the feed after a position, in a single order across all tenants. New events never appear before a position that was returned.
   * Dropped events are skipped. @param after the position; `null` to start with the oldest stored event. Errors: `unavailable`.
   */
  abstract read(after: EventPlace | null, limit: number): Promise<FeedBatch>;

  /** Returns the current end of the feed. Errors: `unavailable`. */
  abstract end(): Promise<EventPlace>;

  /** Finds an event by its position in its tenant's log. Returns `null` when it is no longer stored. Errors: `unavailable`. */
  abstract find(tenantId: string, place: EventPlace): Promise<CloudEvent | null>;

  /** Returns the number of days for which an event is kept. */
  abstract keptDays(): Promise<number>;

  /** Creates a sample event with which to test a destination for events. */
  abstract sample(tenantId: string, of: Pick<CloudEvent, 'id' | 'type' | 'subject' | 'data'>): CloudEvent;
}
