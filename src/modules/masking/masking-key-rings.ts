import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { MASKING_TOPIC } from './contract/masking.types';
import { type KeyRing, type MaskingKeys, maskingKeysOf } from './domain/masking-keys';
import { type KeyGeneration, MaskingKeysRepository } from './storage/masking-keys.repository';

/** The maximum number of cached tenants. Each key generation takes about 300 bytes. */
const MAX_HELD = 10_000;

/**
 * A cache of the tenants' keys for tokens, hashes, formats and encrypted values. The first generation is created on first use. Generations
 * are only ever added: the change feed announces the newest generation, and older generations never change.
 */
@Injectable()
export class MaskingKeyRings {
  private readonly held: TenantCache<KeyRing>;

  constructor(
    private readonly repository: MaskingKeysRepository,
    private readonly keys: TenantKeys,
    feed: ChangeFeed,
  ) {
    this.held = new TenantCache({
      feed,
      what: 'Masking keys are',
      changes: { [MASKING_TOPIC]: ({ key }) => key },
      read: (tenantId) => this.read(tenantId),
      maxSize: MAX_HELD,
      whenSilent: 'read',
    });
  }

  /** Returns the keys of a tenant. Errors: `unavailable` if the database is unavailable or the keys cannot be opened. */
  ringOf(tenantId: string): Promise<KeyRing> {
    return this.held.get(tenantId);
  }

  private async read(tenantId: string): Promise<KeyRing> {
    let generations = await this.repository.list(tenantId);
    if (generations.length === 0) {
      await this.repository.insertFirst(tenantId, (await this.keys.current(tenantId)).id);
      generations = await this.repository.list(tenantId);
    }
    const [current, ...older] = await Promise.all(generations.map((one) => this.open(tenantId, one)));
    if (!current) throw new Error('The first key of a tenant was stored but does not exist.');
    return { current, older };
  }

  private async open(tenantId: string, { generation, keyId }: KeyGeneration): Promise<MaskingKeys> {
    return maskingKeysOf(tenantId, generation, await this.keys.byId(tenantId, keyId));
  }
}
