import { isAccepted, type WebhookAnswer } from '../../../kernel/network/webhook-post';
import { backoffMs } from '../../../kernel/retry/retry-backoff';
import { retryAfterHeaderMs, EVENT_RETRIES, MAX_ATTEMPTS } from './webhook-retry';

/** The outcome of one attempt: a response, or the reason why there is none. */
export type Outcome = { readonly answer: WebhookAnswer } | { readonly fault: string };

/** The effect of an attempt on its delivery. */
export interface Attempt {
  readonly eventId: string;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly status: number | null;
  readonly error: string | null;
  /** The delay before the next attempt. */
  readonly waitMs: number;
  /** The delay that the receiver requested for all its deliveries. */
  readonly askedMs: number;
}

/** The receiver no longer exists (RFC 9110 §15.5.11), so no deliveries are sent to it until the webhook is resumed. */
const GONE = 410;

/**
 * Returns the effect of an attempt.
 * @param failed the number of failed attempts before this attempt.
 * @param chance a random number from 0 to 1, for jitter.
 */
export function attemptOf(
  eventId: string,
  failed: number,
  outcome: Outcome,
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): Attempt {
  const answer = 'answer' in outcome ? outcome.answer : null;
  const status = answer?.status ?? null;
  if (answer !== null && isAccepted(answer)) {
    return { eventId, state: 'delivered', status, error: null, waitMs: 0, askedMs: 0 };
  }
  const error = 'fault' in outcome ? outcome.fault : `The receiver returned ${outcome.answer.status}.`;
  const attempts = failed + 1;
  if (attempts >= MAX_ATTEMPTS) return { eventId, state: 'dead', status, error, waitMs: 0, askedMs: 0 };
  const askedMs = retryAfterHeaderMs(answer?.retryAfter ?? null, nowMs);
  const waitMs = status === GONE ? 0 : Math.max(backoffMs(EVENT_RETRIES, attempts, chance), askedMs);
  return { eventId, state: 'pending', status, error, waitMs, askedMs };
}

/** Returns true if an attempt shows that the receiver no longer exists. */
export function isGone(attempts: readonly Attempt[]): boolean {
  return attempts.some(({ status }) => status === GONE);
}
