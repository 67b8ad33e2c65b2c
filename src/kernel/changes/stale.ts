import { type AppError, outage } from '../errors/app-error';
import type { OutageReason } from '../errors/reason';
import type { ChangeFeed } from './change-feed';

/**
 * Returns the error for in-memory state that may be outdated.
 * @param reason names the stale state. If the store refuses the feed, the error names the store instead, since it is the cause.
 */
export function stale(
  feed: Partial<Pick<ChangeFeed, 'isStoreAway'>>,
  reason: OutageReason,
  message?: string,
): AppError {
  if (feed.isStoreAway?.() === true) return outage('store_unavailable');
  return outage(reason, message === undefined ? {} : { message });
}
