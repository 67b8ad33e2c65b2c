import type { CloudEvent, EventPlace, FeedBatch } from './events.types';

/** The events of all tenants, for who sends them on. */
export abstract class EventFeedPort {
  /**
   * What is behind a place, in one order over all tenants, as far as it can never change any more. What is not kept any more
   * is passed over. @param after `null` for the oldest event that is kept. Errors: `unavailable`.
   */
  abstract read(after: EventPlace | null, limit: number): Promise<FeedBatch>;

  /** An event of a tenant by its place; `null` when it is not kept any more. Errors: `unavailable`. */
  abstract find(tenantId: string, place: EventPlace): Promise<CloudEvent | null>;

  /** How many days an event is kept. */
  abstract keptDays(): Promise<number>;

  /** An event that did not happen, for trying out where events are sent. */
  abstract sample(tenantId: string, of: Pick<CloudEvent, 'id' | 'type' | 'subject' | 'data'>): CloudEvent;
}
