import type { RetryPlan } from '../../../kernel/retry/retry-backoff';

/** Number of attempts to deliver one event, over about three days, before the delivery becomes a dead letter. */
export const MAX_ATTEMPTS = 16;

/** The retry schedule between attempts to deliver one event: 10 s, 30 s, 90 s, … and then every twelve hours. */
export const EVENT_RETRIES: RetryPlan = { firstMs: 10_000, maxMs: 12 * 3_600_000, factor: 3 };

/**
 * Backoff between turns of a webhook whose receiver does not accept any deliveries. Each turn tries only one event, so that an unavailable
 * receiver causes little load.
 */
export const WEBHOOK_PACE: RetryPlan = { firstMs: 1_000, maxMs: 5 * 60_000, factor: 2 };

/** The longest delay that a receiver can request. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Returns the delay that a receiver requests (RFC 9110 §10.2.3: seconds or a date), in milliseconds: 0 if the value is invalid, at most a
 * day.
 */
export function retryAfterHeaderMs(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  const text = retryAfter.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : 0;
}
