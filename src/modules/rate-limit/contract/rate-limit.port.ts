import type { CallContext } from '../../../kernel/context/call-context';
import type { RateLimitDecision, RateLimitQuery } from './rate-limit.types';

/**
 * Counts calls and decides whether each is allowed (generic cell rate algorithm, ITU-T I.371). Each tenant has its own keys. Exceeding a
 * limit is a decision, not an error.
 */
export abstract class RateLimitPort {
  /**
   * Counts `cost` for a key if no limit is exceeded. A refused call costs nothing. Errors: `invalid_request` for a key, cost or window
   * beyond `RATE_LIMIT_BOUNDS`. A remote port adds `unavailable`.
   */
  abstract check(context: CallContext, query: RateLimitQuery): Promise<RateLimitDecision>;

  /**
   * Resets the counts that services keep for a key, under every rule; succeeds even if there are none. The usage of the monthly quota is
   * kept, because it is a sum that may be billed and that ends with the month. Audited as `rate_limit.reset`. Other processes receive the
   * reset through the change feed. Errors: `invalid_request`, `unavailable`.
   */
  abstract reset(context: CallContext, tenantId: string, key: string): Promise<void>;

  /** Releases a lease of a concurrency limit. Ignores an unknown or expired lease. */
  abstract release(context: CallContext, tenantId: string, lease: string): Promise<void>;
}

/** The port in the process that counts the requests. */
export abstract class CountingRateLimitPort extends RateLimitPort {
  /**
   * Decides like {@link check}, synchronously if this process can decide from memory. Does not need a context, because decisions are not
   * recorded.
   * Errors: as for {@link check}, either thrown synchronously or as a rejection.
   */
  abstract decide(query: RateLimitQuery): RateLimitDecision | Promise<RateLimitDecision>;
}
