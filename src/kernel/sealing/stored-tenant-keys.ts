import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { maxEntries } from '../memory/max-entries';
import { ChangeFeed } from '../changes/change-feed';
import { TenantCache } from '../changes/tenant-cache';
import { AppError } from '../errors/app-error';
import { newId } from '../ids/ids';
import { DATA_KEY_BYTES, DataKey } from './data-key';
import { MasterKeyProof } from './master-key-proof';
import { Sealer } from './sealer';
import type { PreparedKey, TenantKey, TenantKeys } from './tenant-keys';
import { TENANT_KEYS_TOPIC, TenantKeysRepository, type WrappedKey } from './tenant-keys.repository';

/** Maximum number of keys in memory; about 500 bytes each. */
const MAX_HELD = 20_000;

/** Data keys in the store, wrapped with `MASTER_KEY`. A key never changes, so memory only needs to track which key is current. */
@Injectable()
export class StoredTenantKeys implements TenantKeys {
  private readonly currents: TenantCache<DataKey>;
  /** Cached without expiry, because a key never changes. */
  private readonly keys = new LRUCache<string, DataKey>(maxEntries(MAX_HELD));
  /** Key reads in progress, by name. Concurrent callers share a read. */
  private readonly reading = new Map<string, Promise<DataKey>>();

  constructor(
    private readonly repository: TenantKeysRepository,
    private readonly sealer: Sealer,
    private readonly proof: MasterKeyProof,
    feed: ChangeFeed,
  ) {
    this.currents = new TenantCache({
      feed,
      what: 'Data keys are',
      changes: { [TENANT_KEYS_TOPIC]: ({ key }) => key },
      read: (tenantId) => this.readCurrent(tenantId),
      maxSize: MAX_HELD,
      // A key that is no longer current works just as well.
      whenSilent: 'answer',
    });
  }

  async current(tenantId: string): Promise<TenantKey> {
    return this.currents.get(tenantId);
  }

  async byId(tenantId: string, keyId: string): Promise<TenantKey> {
    return (
      this.keys.get(nameOf(tenantId, keyId)) ?? this.shared(nameOf(tenantId, keyId), () => this.read(tenantId, keyId))
    );
  }

  /** Returns a key from memory, without reading the store; if `null`, use {@link byId}, which reads the key. */
  held(tenantId: string, keyId: string): TenantKey | null {
    return this.keys.get(nameOf(tenantId, keyId)) ?? null;
  }

  async prepare(tenantId: string): Promise<PreparedKey> {
    const key = await this.wrapNew(tenantId);
    return {
      id: key.id,
      makeCurrent: async (tx) => {
        if (await this.repository.replace(tx, key)) return;
        throw new AppError('conflict', 'This tenant has the maximum number of data keys; the newest stays current.');
      },
    };
  }

  private async readCurrent(tenantId: string): Promise<DataKey> {
    return this.unwrap((await this.repository.current(tenantId)) ?? (await this.createFirst(tenantId)));
  }

  private async read(tenantId: string, keyId: string): Promise<DataKey> {
    const stored = await this.repository.find(tenantId, keyId);
    if (!stored) throw new AppError('unavailable', 'The data key that a value names does not exist.');
    return this.unwrap(stored);
  }

  private async createFirst(tenantId: string): Promise<WrappedKey> {
    return this.repository.insertFirst(await this.wrapNew(tenantId));
  }

  private async wrapNew(tenantId: string): Promise<WrappedKey> {
    // Never wrap a data key with a wrong master key, because the correct master key could never open it.
    await this.proof.assert();
    const id = newId('dek');
    return { tenantId, id, wrapped: this.sealer.seal(randomBytes(DATA_KEY_BYTES), wrappedOwner(tenantId, id)) };
  }

  private async unwrap({ tenantId, id, wrapped }: WrappedKey): Promise<DataKey> {
    const known = this.keys.get(nameOf(tenantId, id));
    if (known) return known;
    let bytes: Buffer;
    try {
      bytes = this.sealer.open(wrapped, wrappedOwner(tenantId, id));
    } catch (cause) {
      throw await this.proof.explain(cause);
    }
    const key = new DataKey(tenantId, id, bytes);
    this.keys.set(nameOf(tenantId, id), key);
    return key;
  }

  private shared(name: string, read: () => Promise<DataKey>): Promise<DataKey> {
    const running = this.reading.get(name);
    if (running) return running;
    const promise = read().finally(() => this.reading.delete(name));
    this.reading.set(name, promise);
    return promise;
  }
}

/** Returns the owner of a wrapped key. */
export function wrappedOwner(tenantId: string, id: string): string {
  return `sealing/tenant_keys/${tenantId}/${id}`;
}

function nameOf(tenantId: string, keyId: string): string {
  return `${tenantId}/${keyId}`;
}
