import type { CpodClient } from './client.js';
import type { DeliveredEvent, SubscribeOptions } from './api/events.js';
import type { CloudEvent } from './generated/schemas.js';

export type { DeliveredEvent, EventFilter, SubscribeOptions } from './api/events.js';
export type { CloudEvent } from './generated/schemas.js';

/** Calls `client.events.subscribe`. */
export function subscribe(
  client: Pick<CpodClient, 'events'>,
  options?: SubscribeOptions,
): AsyncGenerator<DeliveredEvent, void, undefined> {
  return client.events.subscribe(options);
}

/** Returns whether an event has a type or belongs to a family, such as `coresdk.project.*`. */
export function isOfType({ type }: Pick<CloudEvent, 'type'>, wanted: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
