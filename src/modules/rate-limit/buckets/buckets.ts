import type { GcraRate } from '../../../kernel/limits/gcra';
import type { LimitRate } from './leased-tokens';

/** What was counted, or why not. */
export interface Counted {
  readonly allowed: boolean;
  /** How full the count is now, milliseconds. */
  readonly filledMs: number;
  /** By what it was judged: the limit, or the share of it that this process has while it cannot ask. */
  readonly rate: GcraRate;
  readonly degraded: boolean;
}

/** Counts of this installation, as this process reaches them. Never throws: what cannot be asked is judged by a share. */
export abstract class Buckets {
  /**
   * Counts `cost` unless it does not fit.
   * @returns at once where memory knows, so that a decision need not wait.
   */
  abstract take(tenantId: string, name: string, rate: LimitRate, cost: number): Counted | Promise<Counted>;

  /** Takes what was counted back, when something else has refused the call. */
  abstract giveBack(tenantId: string, name: string, filledMs: number): void;

  /** Forgets counts everywhere. Errors: `unavailable`. */
  abstract forget(tenantId: string, names: readonly string[]): Promise<void>;

  /** Forgets what this process knows of counts that were forgotten elsewhere. */
  abstract forgetHere(tenantId: string, names: readonly string[]): void;

  /** Whether there was a place. */
  abstract acquire(tenantId: string, name: string, id: string, limit: number, ttlMs: number): Promise<boolean>;

  abstract release(tenantId: string, name: string, id: string): Promise<void>;

  /** Whether this process decides by its share. */
  abstract readonly isDegraded: boolean;
}

/** Where this process remembers a count. */
export function localKey(tenantId: string, name: string): string {
  return `${tenantId} ${name}`;
}
