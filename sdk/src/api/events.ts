import type { CloudEvent, EventsListQuery } from '../generated/schemas.js';
import { follow } from '../http/follow.js';
import type { CallOptions } from '../http/http.js';
import type { Page, Pages } from '../http/pages.js';
import { Api } from './api.js';

/** What of the tenant's events is wanted. */
export interface EventFilter {
  /** Types or families: `coresdk.project.created`, `coresdk.group.*`; all by default. */
  readonly types?: readonly string[] | undefined;
  /** One resource, such as `project/prj-01h…`. */
  readonly subject?: string | undefined;
}

export interface SubscribeOptions extends EventFilter, Omit<CallOptions, 'timeoutMs'> {
  /** After which event it begins; only what happens from now on by default. */
  readonly lastEventId?: string | undefined;
}

/** An event as it was delivered. Keep `lastEventId` once it is dealt with: a later subscription goes on from there. */
export interface DeliveredEvent {
  readonly event: CloudEvent;
  readonly lastEventId: string;
}

/** A page of events, and where reading goes on. */
export interface EventPage extends Page<CloudEvent> {
  readonly lastEventId: string;
}

/** What happens in the tenant. Needs the scope `events.read`. */
export class EventsApi extends Api {
  /** What is kept of it, oldest first. */
  list(query?: EventsListQuery, options?: CallOptions): Pages<CloudEvent, EventPage> {
    return this.listOf<CloudEvent, EventPage>('/v1/events', query, options);
  }

  /**
   * What happens, as it happens, until the caller leaves the loop or aborts. A connection that is lost is opened again
   * after the last event, without gap or repetition.
   * Errors: `GoneError` for a place that is kept no more.
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
