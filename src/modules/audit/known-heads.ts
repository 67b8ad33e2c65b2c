import { LRUCache } from 'lru-cache';
import type { Head } from './domain/chain';

/** Logs whose heads are kept; some 2 KB each. */
const MAX_KEPT = 2_000;
/** How long the heads of a log that others write too are read from the store again. */
const SHARED_FOR_MS = 1_000;

/**
 * Where the logs ended that this process wrote last. It may be wrong, for other processes write too: the store appends only
 * where a head still is what the writer took it for.
 */
export class KnownHeads {
  private readonly heads = new LRUCache<string, Head>({ max: MAX_KEPT });
  private readonly shared = new LRUCache<string, true>({ max: MAX_KEPT, ttl: SHARED_FOR_MS });

  /** The heads of these logs; `null` when one is not known. */
  of(tenantIds: readonly string[]): readonly Head[] | null {
    const heads = tenantIds.flatMap((tenantId) => this.heads.get(tenantId) ?? []);
    return heads.length === tenantIds.length ? heads : null;
  }

  /** Keeps heads as a commit left them. */
  keep(heads: readonly Head[]): void {
    for (const head of heads) if (!this.shared.has(head.tenantId)) this.heads.set(head.tenantId, head);
  }

  /** Forgets heads of which nobody knows what became of them. */
  forget(tenantIds: readonly string[]): void {
    for (const tenantId of tenantIds) this.heads.delete(tenantId);
  }

  /** Forgets heads that were wrong: somebody else writes one of these logs now, and guessing would be in vain for a while. */
  missed(tenantIds: readonly string[]): void {
    this.forget(tenantIds);
    for (const tenantId of tenantIds) this.shared.set(tenantId, true);
  }
}
