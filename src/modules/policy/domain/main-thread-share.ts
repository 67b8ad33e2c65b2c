import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../../kernel/memory/max-entries';

/** Decisions with fewer steps are free: ordinary policies stay far below this number. */
const FREE_STEPS = 1_000;
/** The steps that a tenant can use in a burst, and the steps that it regains per millisecond: at most a tenth of a core. */
const BURST_STEPS = 200_000;
const STEPS_PER_MS = 100;
const MAX_TENANTS = 10_000;

interface Account {
  leftSteps: number;
  atMs: number;
}

/**
 * Limits the share of the main thread for each tenant's larger decisions. A single decision is short, but a thousand of them would block
 * the process. A tenant beyond its share is not refused: worker threads decide for it until the share is replenished.
 */
export class MainThreadShare {
  private readonly accounts = new LRUCache<string, Account>(maxEntries(MAX_TENANTS));

  /** Returns true when the main thread may make another decision for a tenant. @param nowMs the monotonic time. */
  mayUse(tenantId: string, nowMs: number): boolean {
    const account = this.accounts.get(tenantId);
    return account === undefined || this.refilled(account, nowMs) > 0;
  }

  /** Charges the steps of a decision. */
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
