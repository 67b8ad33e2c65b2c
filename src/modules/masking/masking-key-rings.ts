import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { atMost } from '../../kernel/memory/at-most';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { MASKING_TOPIC } from './contract/masking.types';
import { type KeyRing, type MaskingKeys, maskingKeysOf } from './domain/masking-keys';
import { type KeyGeneration, MaskingKeysRepository } from './storage/masking-keys.repository';

/** Tenants in memory, with some 300 bytes a generation. */
const MAX_HELD = 10_000;

/**
 * The keys of tenants that tokens, hashes, formats and encrypted values are made with. The first generation is made at the
 * first use; generations only are added, so that memory follows the change feed for the newest one and is never wrong about
 * older ones.
 */
@Injectable()
export class MaskingKeyRings implements ChangeHolder {
  readonly topics = [MASKING_TOPIC];
  private readonly held = new LRUCache<string, KeyRing>(atMost(MAX_HELD));
  /** Counts changes, so that what was read before one is not held after it. */
  private changes = 0;

  constructor(
    private readonly repository: MaskingKeysRepository,
    private readonly keys: TenantKeys,
    private readonly feed: ChangeFeed,
  ) {
    feed.register(this);
  }

  /** Errors: `unavailable` when the store is away, or its keys do not open. */
  async ringOf(tenantId: string): Promise<KeyRing> {
    const known = this.feed.isFresh() ? this.held.get(tenantId) : undefined;
    if (known) return known;
    const { changes } = this;
    const ring = await this.read(tenantId);
    if (changes === this.changes) this.held.set(tenantId, ring);
    return ring;
  }

  async load(): Promise<void> {
    this.changes++;
    this.held.clear();
  }

  apply(change: Change): void {
    this.changes++;
    this.held.delete(change.key);
  }

  private async read(tenantId: string): Promise<KeyRing> {
    let generations = await this.repository.list(tenantId);
    if (generations.length === 0) {
      await this.repository.insertFirst(tenantId, (await this.keys.current(tenantId)).id);
      generations = await this.repository.list(tenantId);
    }
    const [current, ...older] = await Promise.all(generations.map((one) => this.open(tenantId, one)));
    if (!current) throw new Error('The first key of a tenant was stored and is not there.');
    return { current, older };
  }

  private async open(tenantId: string, { generation, keyId }: KeyGeneration): Promise<MaskingKeys> {
    return maskingKeysOf(tenantId, generation, await this.keys.byId(tenantId, keyId));
  }
}
