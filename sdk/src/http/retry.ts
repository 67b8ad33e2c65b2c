import { ApiError, ConnectionError, TimeoutError } from '../errors.js';

/**
 * The rule for retrying a call.
 * - `always`: repeating has the same effect (reads, and writes that state the desired content).
 * - `keyed`: the call carries an idempotency key, so the backend performs it once.
 * - `never`: the call is retried only if the response says that nothing was done.
 */
export type Repeat = 'always' | 'keyed' | 'never';

const BASE_MS = 250;
const MAX_BACKOFF_MS = 8_000;
/** The longest wait that the client honors if the backend requests it. The caller decides about a longer wait. */
const MAX_ASKED_SECONDS = 30;
/** The statuses of a backend, or of a proxy in front of it, that is temporarily unavailable. */
const OUTAGES: readonly number[] = [502, 503, 504];

/**
 * Returns the wait before a retry; `null` if the call must not be retried.
 * @param failed attempts so far, counted from 1. @param chance 0 to 1.
 */
export function waitBeforeRetry(fault: unknown, repeat: Repeat, failed: number, chance: number): number | null {
  if (fault instanceof ApiError) {
    const { status, retryAfterSeconds } = fault;
    // The call was refused before anything was done (limits are checked before the handler runs), so every call can be retried.
    const isRefused = status === 429;
    if (!isRefused && (repeat === 'never' || !OUTAGES.includes(status))) return null;
    if (retryAfterSeconds === null) return backoffMs(failed, chance);
    if (retryAfterSeconds > MAX_ASKED_SECONDS) return null;
    // Jitter, because all callers that got the same response would otherwise retry at the same moment.
    return retryAfterSeconds * 1000 + chance * BASE_MS;
  }
  const isUnknown = fault instanceof ConnectionError || fault instanceof TimeoutError;
  return isUnknown && repeat !== 'never' ? backoffMs(failed, chance) : null;
}

/** Returns an exponential backoff with full jitter, never zero. */
export function backoffMs(failed: number, chance: number): number {
  const most = Math.min(BASE_MS * 2 ** failed, MAX_BACKOFF_MS);
  return BASE_MS / 2 + chance * (most - BASE_MS / 2);
}
