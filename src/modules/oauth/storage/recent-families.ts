import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../../kernel/memory/max-entries';
import { type RefreshTokenHashes, sameHash } from '../domain/opaque-token';

/** Maximum number of families in memory, about 1 kB each. */
const MOST = 10_000;

/**
 * The state of families when this process last rotated them, so that the next refresh does not need to read them. This is only a hint:
 * another process might have rotated or ended a family since. The next rotation detects that.
 */
export class RecentFamilies<Family extends { readonly currentHash: Buffer }> {
  private readonly families = new LRUCache<string, Family>(maxEntries(MOST));

  /** Returns the family if this token was the newest when this process last rotated the family; `null` if that is not known. */
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
