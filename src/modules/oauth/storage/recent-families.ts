import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../../kernel/memory/max-entries';
import { type RefreshTokenHashes, sameHash } from '../domain/opaque-token';

/** Families of a kilobyte each. */
const MOST = 10_000;

/**
 * Families as this process rotated them last, so that the next refresh need not read what it knows. Only a hint: a family
 * may have been rotated, or have ended, elsewhere since, which the next rotation tells.
 */
export class RecentFamilies<Family extends { readonly currentHash: Buffer }> {
  private readonly families = new LRUCache<string, Family>(maxEntries(MOST));

  /** The family of a token that was its newest when it was last rotated here; `null` when that is not known. */
  find(tenantId: string, { handle, hash }: RefreshTokenHashes): Family | null {
    const family = this.families.get(keyOf(tenantId, handle));
    return family && sameHash(hash, family.currentHash) ? family : null;
  }

  note(tenantId: string, handle: Buffer, family: Family): void {
    this.families.set(keyOf(tenantId, handle), family);
  }

  forget(tenantId: string, handle: Buffer): void {
    this.families.delete(keyOf(tenantId, handle));
  }
}

function keyOf(tenantId: string, handle: Buffer): string {
  return `${tenantId} ${handle.toString('base64url')}`;
}
