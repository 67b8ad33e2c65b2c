import { type AppError, outage } from '../errors/app-error';
import type { OutageReason } from '../errors/reason';
import type { ChangeFeed } from './change-feed';

/**
 * The error for what is held in memory and may not be believed any more.
 * @param reason what is stale; a store that refuses the feed is named instead, as that is why.
 */
export function stale(feed: Partial<Pick<ChangeFeed, 'isStoreAway'>>, reason: OutageReason, words?: string): AppError {
  if (feed.isStoreAway?.() === true) return outage('store_unavailable');
  return outage(reason, words === undefined ? {} : { words });
}
