import type { GcraRate } from '../../../kernel/limits/gcra';
import { RATE_LIMIT_BOUNDS } from '../contract/rate-limit.types';

const MS = 1_000;
/** Below this interval, the numbers in a shared store, which include the time, are too coarse. */
const MIN_INTERVAL_MS = MS / RATE_LIMIT_BOUNDS.maxPerSecond;

/** A limit in the form in which it is counted: a rule or the installation's default, possibly narrowed by a caller. */
export interface Limit extends GcraRate {
  /** The name of the rule, or `default`. */
  readonly policy: string;
  /** The owner of the rule, which is part of the name of each of its counts, so that two rules never share a count. */
  readonly source: 'default' | 'tenant' | 'plan';
  /** The limit that callers see. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly burst: number;
  /** The number of calls that one call counts as. */
  readonly cost: number;
  readonly perTenant: boolean;
  readonly shadow: boolean;
  readonly concurrency: { readonly limit: number; readonly leaseSeconds: number } | null;
  readonly monthlyQuota: number | null;
}

type Described = Pick<Limit, 'policy' | 'source' | 'limit' | 'windowSeconds'> &
  Partial<Omit<Limit, 'policy' | 'source' | 'limit' | 'windowSeconds' | 'burst'>> & {
    readonly burst?: number | null;
  };

/** Returns a limit from its numbers; `burst` defaults to `limit`. */
export function limitOf(described: Described): Limit {
  const { limit, windowSeconds } = described;
  const burst = described.burst ?? limit;
  const intervalMs = Math.max((windowSeconds * MS) / limit, MIN_INTERVAL_MS);
  return {
    cost: 1,
    perTenant: false,
    shadow: false,
    concurrency: null,
    monthlyQuota: null,
    ...described,
    burst,
    intervalMs,
    capacityMs: burst * intervalMs,
  };
}

/**
 * Returns a limit narrowed by a caller. A rule can only become stricter: the lower of the two rates and the smaller of the two bursts
 * apply. The caller's limit replaces the default, which applies only if no other limit is set.
 */
export function narrowed(by: Limit, limit: number | null, windowSeconds: number | null): Limit {
  if (limit === null && windowSeconds === null) return by;
  const asked = { limit: limit ?? by.limit, windowSeconds: windowSeconds ?? by.windowSeconds };
  const own = limitOf({ ...by, ...asked, burst: limit });
  if (by.source === 'default') return own;
  const burst = Math.min(by.burst, own.burst);
  const slower = own.intervalMs >= by.intervalMs ? own : by;
  return { ...slower, burst, capacityMs: burst * slower.intervalMs };
}

/** Returns the name under which a limit counts a key, within its tenant. */
export function countName({ source, policy, perTenant }: Limit, kind: 'key' | 'request', key: string): string {
  return `${source} ${policy} ${kind} ${perTenant ? '' : key}`;
}

/**
 * Returns the part of a limit that one of several processes allows while it cannot reach the other processes. The time to fill a key stays
 * the same, so that its known state (the time until which it is filled) also applies to the share. At least one call always fits, because
 * otherwise a small limit would never allow a call.
 */
export function shareOf(rate: GcraRate, replicas: number, cost: number): GcraRate {
  const intervalMs = rate.intervalMs * Math.max(1, replicas);
  return { intervalMs, capacityMs: Math.max(rate.capacityMs, cost * intervalMs) };
}
