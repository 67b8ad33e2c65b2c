import type { CloudEvent, ListEventsQuery } from '../generated/schemas.js';
import { follow } from '../http/follow.js';
import type { CallOptions } from '../http/http.js';
import type { Page, Pages } from '../http/pages.js';
import { Api } from './api.js';

/** Selects the tenant's events. */
export interface EventFilter {
  /** Event types or families, such as `coresdk.project.created` or `coresdk.group.*`; all types by default. */
  readonly types?: readonly string[] | undefined;
  /** One resource, such as `project/prj-01h…`. */
  readonly subject?: string | undefined;
}

export interface SubscribeOptions extends EventFilter, Omit<CallOptions, 'timeoutMs'> {
  /** The event after which to begin; by default, only new events are returned. */
  readonly lastEventId?: string | undefined;
}

/**
 * An event as it was delivered. Store `lastEventId` once you have processed it, so that a later subscription resumes
 * from there.
 */
export interface DeliveredEvent {
  readonly event: CloudEvent;
  readonly lastEventId: string;
}

/** A page of events, and the position from which to continue. */
export interface EventPage extends Page<CloudEvent> {
  readonly lastEventId: string;
}

/** The tenant's events. Needs the scope `events.read`. */
export class EventsApi extends Api {
  /** Returns the stored events, oldest first. */
  list(query?: ListEventsQuery, options?: CallOptions): Pages<CloudEvent, EventPage> {
    return this.listOf<CloudEvent, EventPage>('/v1/events', query, options);
  }

  /**
   * Yields events as they happen, until the caller leaves the loop or aborts. Reopens a lost connection and continues after the last event,
   * without gaps or repetition. Errors: `GoneError` for a position that is no longer stored.
   */
  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<DeliveredEvent, void, undefined> {
    const { types, subject, lastEventId, ...rest } = options;
    const query = { type: types?.join(','), subject };
    for await (const message of follow(this.http, { path: '/v1/events', query, lastEventId }, rest)) {
      if (message.data === null) continue;
      yield { event: JSON.parse(message.data) as CloudEvent, lastEventId: message.lastEventId ?? '' };
    }
  }
}
