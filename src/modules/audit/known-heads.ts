import { LRUCache } from 'lru-cache';
import type { Head } from './domain/chain';

/** Maximum number of cached heads, about 2 KB each. */
const MAX_KEPT = 2_000;
/** The time for which the head of a log is not cached, after it turns out that another process writes to the log. */
const SHARED_FOR_MS = 1_000;

/**
 * A cache of the heads of the logs to which this process wrote most recently. A head can be outdated, because other processes also write.
 * Therefore, the database appends only if the head still equals the head that the writer expects.
 */
export class KnownHeads {
  private readonly heads = new LRUCache<string, Head>({ max: MAX_KEPT });
  private readonly shared = new LRUCache<string, true>({ max: MAX_KEPT, ttl: SHARED_FOR_MS });

  /** Returns the heads of these logs; `null` when one of them is not cached. */
  of(tenantIds: readonly string[]): readonly Head[] | null {
    const heads = tenantIds.flatMap((tenantId) => this.heads.get(tenantId) ?? []);
    return heads.length === tenantIds.length ? heads : null;
  }

  /** Caches heads after a commit. */
  keep(heads: readonly Head[]): void {
    for (const head of heads) if (!this.shared.has(head.tenantId)) this.heads.set(head.tenantId, head);
  }

  /** Removes heads whose state is unknown. */
  forget(tenantIds: readonly string[]): void {
    for (const tenantId of tenantIds) this.heads.delete(tenantId);
  }

  /** Removes outdated heads. Another process writes to one of these logs, so caching their heads is useless for a while. */
  missed(tenantIds: readonly string[]): void {
    this.forget(tenantIds);
    for (const tenantId of tenantIds) this.shared.set(tenantId, true);
  }
}
