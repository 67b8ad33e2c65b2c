import { ApiError, ConnectionError, TimeoutError } from '../errors.js';

/**
 * Whether a call may be sent again:
 * `always`: twice is as good as once (reads, and writes that say what is to be there);
 * `keyed`: it carries an idempotency key, so that the backend does it once;
 * `never`: only an answer that says that nothing was done allows it.
 */
export type Repeat = 'always' | 'keyed' | 'never';

const BASE_MS = 250;
const MAX_BACKOFF_MS = 8_000;
/** A longer wait than this is the caller's to decide on. */
const MAX_ASKED_SECONDS = 30;
/** Answers of a backend, or of what stands before it, that is not there for a moment. */
const OUTAGES: readonly number[] = [502, 503, 504];

/**
 * How long to wait before a call is sent again; `null` when it must not be.
 * @param failed attempts so far, from 1 on. @param chance 0 to 1.
 */
export function waitBeforeRetry(fault: unknown, repeat: Repeat, failed: number, chance: number): number | null {
  if (fault instanceof ApiError) {
    const { status, retryAfterSeconds } = fault;
    // Refused before anything was done (the limits come before the handler), so that every call may be sent again.
    const isRefused = status === 429;
    if (!isRefused && (repeat === 'never' || !OUTAGES.includes(status))) return null;
    if (retryAfterSeconds === null) return backoffMs(failed, chance);
    if (retryAfterSeconds > MAX_ASKED_SECONDS) return null;
    // All who were told the same would come back at the same moment.
    return retryAfterSeconds * 1000 + chance * BASE_MS;
  }
  const isUnknown = fault instanceof ConnectionError || fault instanceof TimeoutError;
  return isUnknown && repeat !== 'never' ? backoffMs(failed, chance) : null;
}

/** Exponential with full jitter, and never at once. */
export function backoffMs(failed: number, chance: number): number {
  const most = Math.min(BASE_MS * 2 ** failed, MAX_BACKOFF_MS);
  return BASE_MS / 2 + chance * (most - BASE_MS / 2);
}
