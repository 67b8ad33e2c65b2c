/** What one caller may ask of a limit at once, and how it may name it. */
export const RATE_LIMIT_BOUNDS = {
  /** UTF-16 units of a key. */
  maxKeyLength: 256,
  /** What one call may cost. */
  maxCost: 1_000_000,
  /** 31 days: what is longer is a quota. */
  maxWindowSeconds: 2_678_400,
  maxLimit: 1_000_000_000,
  /** Beyond it the numbers of a shared store are too coarse to be exact. A higher rate that a caller asks for counts as this. */
  maxPerSecond: 100_000,
} as const;

/** Something about to happen that is counted. */
export interface RateLimitQuery {
  /** Id of the tenant, verified by the surface. */
  readonly tenantId: string;
  /** What is counted, 1–256 characters without control characters; for a request to the backend its client. */
  readonly key: string;
  /** A narrower limit than what applies by rule; with no rule for the key, the limit. `null`: as configured. */
  readonly limit: number | null;
  /** The window of that limit, seconds. `null`: as configured. */
  readonly windowSeconds: number | null;
  /** How many it counts as, a whole number from 1. */
  readonly cost: number;
  /**
   * Method and route of a request to the backend, such as `GET /v1/projects/:id`: its rules are those for requests, and
   * `key` is its client. `null`: a key that a service counts.
   */
  readonly route: string | null;
}

/** Why something was refused. */
export type RateLimitReason = 'rate' | 'concurrency' | 'quota' | 'cost';

/** A limit as it stood in a decision. */
export interface RateLimitDecision {
  readonly allowed: boolean;
  /** Name of the rule that refused, else of the one that is nearest to refusing; `default` without a rule. */
  readonly policy: string;
  /** How many in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** How many more may come now. */
  readonly remaining: number;
  /** Seconds until everything counted is forgotten. */
  readonly resetSeconds: number;
  /** Milliseconds until it may be tried again; 0 when allowed. */
  readonly retryAfterMs: number;
  /** `null` when allowed. */
  readonly reason: RateLimitReason | null;
  /** The shared store (or the rules) could not be asked: this process decided by its share. */
  readonly degraded: boolean;
  /** A rule in shadow mode would have refused. */
  readonly shadow: boolean;
  /** What to give to {@link RateLimitPort.release} when what was allowed has ended; `null` without a concurrency limit. */
  readonly lease: string | null;
}

/** Topic of changed rules in the change log; the tenant is the change's, `null` for rules of plans. */
export const RATE_LIMIT_RULES_TOPIC = 'rate_limit_rules';

/** Topic of keys that were reset; the key of a change is the key. */
export const RATE_LIMIT_RESETS_TOPIC = 'rate_limit_resets';
