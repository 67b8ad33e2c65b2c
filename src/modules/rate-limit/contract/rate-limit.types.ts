/** Bounds for the key, cost, window and rate of a call. */
export const RATE_LIMIT_BOUNDS = {
  /** The maximum length of a key in UTF-16 code units. */
  maxKeyLength: 256,
  /** The maximum cost of one call. */
  maxCost: 1_000_000,
  /** 31 days; a limit over a longer window is a quota. */
  maxWindowSeconds: 2_678_400,
  maxLimit: 1_000_000_000,
  /** Beyond this rate, the numbers in a shared store are too coarse to be exact. A call with a higher rate is counted at this rate. */
  maxPerSecond: 100_000,
} as const;

/** A call to count. */
export interface RateLimitQuery {
  /** The id of the tenant, which the API layer has verified. */
  readonly tenantId: string;
  /** The key to count: 1–256 characters without control characters. For a request to the backend, the client. */
  readonly key: string;
  /** A limit that narrows the rule's limit, or is the only limit if no rule matches the key. `null` for the configured limit. */
  readonly limit: number | null;
  /** The window of that limit, in seconds. `null` for the configured window. */
  readonly windowSeconds: number | null;
  /** The number of calls that this call counts as, an integer of at least 1. */
  readonly cost: number;
  /**
   * The method and route of a request to the backend, such as `GET /v1/projects/:id`. Rules for requests apply, and `key` is the client.
   * `null` for a key that a service counts.
   */
  readonly route: string | null;
}

/** The reason for a refusal. */
export type RateLimitReason = 'rate' | 'concurrency' | 'quota' | 'cost';

/** The state of a limit in a decision. */
export interface RateLimitDecision {
  readonly allowed: boolean;
  /**
   * The name of the rule that refused the call or, if none did, of the rule that came closest to refusing it; `default` if there are no
   * rules.
   */
  readonly policy: string;
  /** The number of calls per window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** The number of calls that are still allowed now. */
  readonly remaining: number;
  /** The number of seconds until the count is empty. */
  readonly resetSeconds: number;
  /** The number of milliseconds until the call can be retried; 0 if allowed. */
  readonly retryAfterMs: number;
  /** `null` if allowed. */
  readonly reason: RateLimitReason | null;
  /** True if the shared store or the rules were unavailable and this process applied its share of the limit. */
  readonly degraded: boolean;
  /** True if a rule in shadow mode would have refused the call. */
  readonly shadow: boolean;
  /** The lease to pass to {@link RateLimitPort.release} when the allowed work has ended; `null` if there is no concurrency limit. */
  readonly lease: string | null;
}

/** The change feed topic for changed rules. A change's tenant is the tenant whose rules changed, or `null` for the rules of plans. */
export const RATE_LIMIT_RULES_TOPIC = 'rate_limit_rules';

/** The change feed topic for reset keys; the key of a change is the key that was reset. */
export const RATE_LIMIT_RESETS_TOPIC = 'rate_limit_resets';
