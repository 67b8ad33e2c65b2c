import { LRUCache } from 'lru-cache';
import { atMost } from '../../../kernel/memory/at-most';

/** A decision below it is not slow: honest policies stay far below, and are never held back. */
const SLOW_MICROS = 5_000;
/** What a tenant's slow decisions may take together at once, and per second from then on: a quarter of a core. */
const BURST_MICROS = 1_000_000;
const MICROS_PER_MS = 250;
const MAX_TENANTS = 10_000;

interface Account {
  leftMicros: number;
  atMs: number;
}

/**
 * Keeps one tenant's slow policy from taking the time of all: each evaluation ends at its deadline, but a thousand of them
 * would still fill the process. Only slow decisions are counted, against a budget that fills up again.
 */
export class SlowDecisions {
  private readonly accounts = new LRUCache<string, Account>(atMost(MAX_TENANTS));

  /** @param nowMs monotonic. Whether a tenant may have another decision made. */
  mayDecide(tenantId: string, nowMs: number): boolean {
    const account = this.accounts.get(tenantId);
    return account === undefined || this.refilled(account, nowMs) > 0;
  }

  /** Takes note of how long a decision took. */
  spent(tenantId: string, micros: number, nowMs: number): void {
    if (micros < SLOW_MICROS) return;
    const account = this.accounts.get(tenantId);
    const leftMicros = (account === undefined ? BURST_MICROS : this.refilled(account, nowMs)) - micros;
    this.accounts.set(tenantId, { leftMicros, atMs: nowMs });
  }

  private refilled({ leftMicros, atMs }: Account, nowMs: number): number {
    return Math.min(BURST_MICROS, leftMicros + (nowMs - atMs) * MICROS_PER_MS);
  }
}
