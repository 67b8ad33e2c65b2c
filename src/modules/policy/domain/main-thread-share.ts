import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../../kernel/memory/max-entries';

/** A decision of fewer steps is free: honest policies stay far below. */
const FREE_STEPS = 1_000;
/** Steps that a tenant may use at once, and per millisecond from then on: a tenth of a core at most. */
const BURST_STEPS = 200_000;
const STEPS_PER_MS = 100;
const MAX_TENANTS = 10_000;

interface Account {
  leftSteps: number;
  atMs: number;
}

/**
 * How much of the main thread each tenant's larger decisions may use. A single one is short, but a thousand of them would still
 * fill the process. A tenant beyond its share is not refused: threads decide for it until the share fills up again.
 */
export class MainThreadShare {
  private readonly accounts = new LRUCache<string, Account>(maxEntries(MAX_TENANTS));

  /** @param nowMs monotonic. Returns whether the main thread may make another decision for a tenant. */
  mayUse(tenantId: string, nowMs: number): boolean {
    const account = this.accounts.get(tenantId);
    return account === undefined || this.refilled(account, nowMs) > 0;
  }

  /** Takes note of the steps of a decision. */
  used(tenantId: string, steps: number, nowMs: number): void {
    if (steps < FREE_STEPS) return;
    const account = this.accounts.get(tenantId);
    const leftSteps = (account === undefined ? BURST_STEPS : this.refilled(account, nowMs)) - steps;
    this.accounts.set(tenantId, { leftSteps, atMs: nowMs });
  }

  private refilled({ leftSteps, atMs }: Account, nowMs: number): number {
    return Math.min(BURST_STEPS, leftSteps + (nowMs - atMs) * STEPS_PER_MS);
  }
}
