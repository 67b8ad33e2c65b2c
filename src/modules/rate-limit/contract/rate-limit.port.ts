import type { CallContext } from '../../../kernel/context/call-context';
import type { RateLimitDecision, RateLimitQuery } from './rate-limit.types';

/**
 * Counts what happens and says whether it may (generic cell rate algorithm, ITU-T I.371). A tenant's keys are its own.
 * Being over a limit is an answer, not an error.
 */
export abstract class RateLimitPort {
  /**
   * Counts `cost` for a key unless that is over a limit; a refused call costs nothing.
   * Errors: `invalid_request` for a key, cost or window beyond `RATE_LIMIT_BOUNDS`. A remote port adds `unavailable`.
   */
  abstract check(context: CallContext, query: RateLimitQuery): Promise<RateLimitDecision>;

  /**
   * Forgets what was counted for a key that services count, under every rule; true also when nothing was. What was used of
   * a monthly quota stays: it is a sum that may be paid for, and ends with the month. Audited as `rate_limit.reset`. Other
   * processes follow by the change feed. Errors: `invalid_request`, `unavailable`.
   */
  abstract reset(context: CallContext, tenantId: string, key: string): Promise<void>;

  /** Gives a lease of a concurrency limit back; one that is unknown or has expired is passed over. */
  abstract release(context: CallContext, tenantId: string, lease: string): Promise<void>;
}

/** The port in the process that counts. */
export abstract class CountingRateLimitPort extends RateLimitPort {
  /**
   * As {@link check}, at once where memory knows; without a context, since nobody is told of a decision. Errors: as there,
   * thrown or rejected.
   */
  abstract decide(query: RateLimitQuery): RateLimitDecision | Promise<RateLimitDecision>;
}
