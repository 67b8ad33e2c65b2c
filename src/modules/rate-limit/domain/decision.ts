import { gcraRemaining, type GcraRate } from '../../../kernel/limits/gcra';
import type { RateLimitDecision, RateLimitReason } from '../contract/rate-limit.types';
import type { Limit } from './limit';

/** The verdict of one limit on a call. */
export interface Judged {
  readonly limit: Limit;
  /** The rate that was applied: the limit itself, or the share of a process without the shared store. */
  readonly rate: GcraRate;
  readonly filledMs: number;
  readonly cost: number;
  /** The refusal; `null` if the limit allows the call. */
  readonly refusal: { readonly reason: RateLimitReason; readonly retryAfterMs: number } | null;
  /** The remaining quota; `null` if there is no quota. */
  readonly quotaLeft: number | null;
}

/** The time until a slot in a concurrency limit may be free. The actual time is unknown, so one second is used. */
export const CONCURRENCY_RETRY_MS = 1_000;

/** Returns the decision on a call from the verdicts of all its limits (at least one). */
export function decisionOf(
  judged: readonly [Judged, ...Judged[]],
  degraded: boolean,
  lease: string | null,
): RateLimitDecision {
  const refused = judged.find(({ refusal, limit }) => refusal !== null && !limit.shadow);
  const refusal = refused?.refusal ?? null;
  const shown = refused ?? nearest(judged);
  const { limit, rate, filledMs } = shown;
  return {
    ...allowedDecision(limit, rate, filledMs, degraded),
    allowed: refusal === null,
    remaining: remainingOf(shown),
    retryAfterMs: refusal === null ? 0 : Math.max(1, Math.ceil(refusal.retryAfterMs)),
    reason: refusal?.reason ?? null,
    shadow: judged.some((one) => one.refusal !== null && one.limit.shadow),
    lease,
  };
}

/** Returns the decision for a call that a single limit allows, which is the most common case. */
export function allowedDecision(limit: Limit, rate: GcraRate, filledMs: number, degraded: boolean): RateLimitDecision {
  return {
    allowed: true,
    policy: limit.policy,
    limit: limit.limit,
    windowSeconds: limit.windowSeconds,
    remaining: Math.floor(gcraRemaining(rate, filledMs) / limit.cost),
    resetSeconds: Math.ceil(filledMs / 1_000),
    retryAfterMs: 0,
    reason: null,
    degraded,
    shadow: false,
    lease: null,
  };
}

/** Returns the limit with the fewest remaining calls. A limit in shadow mode is not reported if there is an enforcing limit. */
function nearest(judged: readonly [Judged, ...Judged[]]): Judged {
  return judged.reduce((best, next) => {
    if (best.limit.shadow !== next.limit.shadow) return best.limit.shadow ? next : best;
    return remainingOf(next) < remainingOf(best) ? next : best;
  });
}

function remainingOf({ rate, filledMs, limit, quotaLeft }: Judged): number {
  const remaining = gcraRemaining(rate, filledMs);
  return Math.floor(Math.min(remaining, quotaLeft ?? remaining) / limit.cost);
}
