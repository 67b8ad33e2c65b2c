import { z } from 'zod';
import { readSigned, writeSigned } from './signed-value';

/**
 * The requests that have sent the user to the sign-in page. Each entry contains a hash of the parameters and the time in Unix milliseconds.
 */
export type PendingRequests = readonly (readonly [hash: string, atMs: number])[];

/** Maximum number of concurrent requests in one browser, one for each tab. */
const MOST = 5;
export const PENDING_LIFETIME_MS = 30 * 60 * 1000;

const schema = z.array(z.tuple([z.string(), z.number()])).max(MOST);

/** Returns the requests in the cookie that have not expired, or an empty list if the cookie is not ours. */
export function readPendingRequests(key: Buffer, cookie: string, browserId: string, nowMs: number): PendingRequests {
  const asked = readSigned(key, 'asked', browserId, cookie, schema) ?? [];
  return asked.filter(([, atMs]) => nowMs - atMs < PENDING_LIFETIME_MS);
}

export function writePendingRequests(key: Buffer, asked: PendingRequests, browserId: string): string {
  return writeSigned(key, 'asked', browserId, asked);
}

/** Returns the time at which this request asked for sign-in, or `null` if it did not. */
export function pendingSinceMs(asked: PendingRequests, hash: string): number | null {
  return asked.find(([known]) => known === hash)?.[1] ?? null;
}

/** Adds this request. A request that is already in the list keeps its original time. Drops the oldest requests beyond the maximum. */
export function withPendingRequest(asked: PendingRequests, hash: string, nowMs: number): PendingRequests {
  return pendingSinceMs(asked, hash) === null ? [...asked, [hash, nowMs] as const].slice(-MOST) : asked;
}

/** Removes this request, which has been answered, so that an identical request can require sign-in again. */
export function withoutPendingRequest(asked: PendingRequests, hash: string): PendingRequests {
  return asked.filter(([known]) => known !== hash);
}
