/** Bounds for the key, cost, window and rate of a call. */
export const RATE_LIMIT_BOUNDS = {
  /** UTF-16 units of a key. */
  maxKeyLength: 256,
  /** Maximum cost of one call. */
  maxCost: 1_000_000,
  /** 31 days: anything longer is a quota. */
  maxWindowSeconds: 2_678_400,
  maxLimit: 1_000_000_000,
  /** Beyond this rate, the numbers in a shared store are too coarse to be exact. A call with a higher rate is counted at this rate. */
  maxPerSecond: 100_000,
} as const;

/** A call to count. */
export interface RateLimitQuery {
  /** Id of the tenant, verified by the surface. */
  readonly tenantId: string;
  /** The key to count, 1–256 characters without control characters; for a request to the backend, its client. */
  readonly key: string;
  /** A limit that narrows the rule's limit, or the only limit if no rule matches the key. `null`: the configured limit. */
  readonly limit: number | null;
  /** The window of that limit, in seconds. `null`: the configured window. */
  readonly windowSeconds: number | null;
  /** The number of calls that it counts as, an integer of at least 1. */
  readonly cost: number;
  /**
   * Method and route of a request to the backend, such as `GET /v1/projects/:id`: rules for requests apply, and `key` is the client.
   * `null`: a key that a service counts.
   */
  readonly route: string | null;
}

/** The reason for a refusal. */
export type RateLimitReason = 'rate' | 'concurrency' | 'quota' | 'cost';

/** The state of a limit in a decision. */
export interface RateLimitDecision {
  readonly allowed: boolean;
  /** Name of the rule that refused; otherwise, of the rule nearest to refusal; `default` without a rule. */
  readonly policy: string;
  /** Calls per window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Calls that are still allowed now. */
  readonly remaining: number;
  /** Seconds until the count is empty. */
  readonly resetSeconds: number;
  /** Milliseconds until the call can be retried; 0 if allowed. */
  readonly retryAfterMs: number;
  /** `null` if allowed. */
  readonly reason: RateLimitReason | null;
  /** True if the shared store or the rules were unavailable and this process decided by its share. */
  readonly degraded: boolean;
  /** True if a rule in shadow mode would have refused. */
  readonly shadow: boolean;
  /** The lease to pass to {@link RateLimitPort.release} when the allowed work has ended; `null` without a concurrency limit. */
  readonly lease: string | null;
}

/** The topic of changed rules in the change log. The tenant is that of the change, `null` for rules of plans. */
export const RATE_LIMIT_RULES_TOPIC = 'rate_limit_rules';

/** The topic of reset keys; the key of a change is the key that was reset. */
export const RATE_LIMIT_RESETS_TOPIC = 'rate_limit_resets';
