import type { GcraRate } from '../../../kernel/limits/gcra';
import type { LimitRate } from './leased-tokens';

/** The result of counting a call. */
export interface Counted {
  readonly allowed: boolean;
  /** The current fill level of the count, in milliseconds. */
  readonly filledMs: number;
  /** The rate that was applied: the limit, or this process's share of it while the store is unavailable. */
  readonly rate: GcraRate;
  readonly degraded: boolean;
}

/**
 * The counts of this installation, as seen by this process. Never throws: while the store is unavailable, a share of the limit applies.
 */
export abstract class Buckets {
  /**
   * Counts `cost` if it fits.
   * @returns the result, synchronously if this process can decide from memory, so that the decision does not wait.
   */
  abstract take(tenantId: string, name: string, rate: LimitRate, cost: number): Counted | Promise<Counted>;

  /** Subtracts a count after a different limit has refused the call. */
  abstract giveBack(tenantId: string, name: string, filledMs: number): void;

  /** Resets counts in all processes. Errors: `unavailable`. */
  abstract forget(tenantId: string, names: readonly string[]): Promise<void>;

  /** Drops the cached state of counts that another process has reset. */
  abstract forgetHere(tenantId: string, names: readonly string[]): void;

  /** Returns true if there was a free slot. */
  abstract acquire(tenantId: string, name: string, id: string, limit: number, ttlMs: number): Promise<boolean>;

  abstract release(tenantId: string, name: string, id: string): Promise<void>;

  /** True while this process applies its share of each limit. */
  abstract readonly isDegraded: boolean;
}

/** Returns the key under which this process caches a count. */
export function localKey(tenantId: string, name: string): string {
  return `${tenantId} ${name}`;
}
