/** The bounds of one call's key, cost, window and rate. */
export const RATE_LIMIT_BOUNDS = {
  /** UTF-16 units of a key. */
  maxKeyLength: 256,
  /** Maximum cost of one call. */
  maxCost: 1_000_000,
  /** 31 days: anything longer is a quota. */
  maxWindowSeconds: 2_678_400,
  maxLimit: 1_000_000_000,
  /** Beyond this rate, the numbers of a shared store are too coarse to be exact. A higher rate in a call counts as this one. */
  maxPerSecond: 100_000,
} as const;

/** A call to be counted. */
export interface RateLimitQuery {
  /** Id of the tenant, verified by the surface. */
  readonly tenantId: string;
  /** The key to count, 1–256 characters without control characters; for a request to the backend, its client. */
  readonly key: string;
  /** A limit that narrows the rule's; with no rule for the key, the limit itself. `null`: as configured. */
  readonly limit: number | null;
  /** The window of that limit, in seconds. `null`: as configured. */
  readonly windowSeconds: number | null;
  /** The number of calls that it counts as, a whole number from 1. */
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
  /** Name of the rule that refused, else of the one nearest to refusing; `default` without a rule. */
  readonly policy: string;
  /** Calls per window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Calls that are still allowed now. */
  readonly remaining: number;
  /** Seconds until the count is empty. */
  readonly resetSeconds: number;
  /** Milliseconds until the call may be retried; 0 when allowed. */
  readonly retryAfterMs: number;
  /** `null` when allowed. */
  readonly reason: RateLimitReason | null;
  /** True when the shared store (or the rules) were unavailable and this process decided by its share. */
  readonly degraded: boolean;
  /** True when a rule in shadow mode would have refused. */
  readonly shadow: boolean;
  /** The lease to pass to {@link RateLimitPort.release} when the allowed work has ended; `null` without a concurrency limit. */
  readonly lease: string | null;
}

/** Topic of changed rules in the change log; the tenant is that of the change, `null` for rules of plans. */
export const RATE_LIMIT_RULES_TOPIC = 'rate_limit_rules';

/** Topic of reset keys; the key of a change is the key that was reset. */
export const RATE_LIMIT_RESETS_TOPIC = 'rate_limit_resets';
