import { Buckets, type Counted, localKey } from './buckets';
import type { LimitRate } from './leased-tokens';
import { LocalBuckets } from './local-buckets';
import { LocalLeases } from './local-leases';

/** Keeps the counts only in this process. They are exact if it is the only process. */
export class MemoryBuckets extends Buckets {
  override readonly isDegraded = false;
  private readonly buckets: LocalBuckets;
  private readonly leases: LocalLeases;

  /** @param now returns monotonic milliseconds. */
  constructor(maxKeys: number, now: () => number) {
    super();
    this.buckets = new LocalBuckets(maxKeys, now);
    this.leases = new LocalLeases(now);
  }

  override take(tenantId: string, name: string, rate: LimitRate, cost: number): Counted {
    const filled = this.buckets.take(tenantId, name, rate, cost);
    const allowed = filled >= 0;
    return { allowed, filledMs: allowed ? filled : -1 - filled, rate, degraded: false };
  }

  override giveBack(tenantId: string, name: string, filledMs: number): void {
    this.buckets.giveBack(tenantId, name, filledMs);
  }

  override forget(tenantId: string, names: readonly string[]): Promise<void> {
    this.forgetHere(tenantId, names);
    return Promise.resolve();
  }

  override forgetHere(tenantId: string, names: readonly string[]): void {
    for (const name of names) this.buckets.forget(tenantId, name);
  }

  override acquire(tenantId: string, name: string, id: string, limit: number, ttlMs: number): Promise<boolean> {
    return Promise.resolve(this.leases.acquire(localKey(tenantId, name), id, limit, ttlMs));
  }

  override release(tenantId: string, name: string, id: string): Promise<void> {
    this.leases.release(localKey(tenantId, name), id);
    return Promise.resolve();
  }
}
