import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { CONFIG_TOPIC, type ConfigSnapshot } from './contract/config.types';
import { snapshotOf } from './domain/config-state';
import { ConfigVersionsRepository } from './storage/config-versions.repository';

/** The maximum total size of all cached configurations, as estimated. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
const BASE_BYTES = 500;
const BYTES_PER_ENTRY = 100;

/** Receives the tenant whose configuration changed, or `null` if every tenant's configuration changed. */
export type ConfigListener = (tenantId: string | null) => void;

/** A cache of tenant configurations, filled on first use and invalidated by the change feed. */
@Injectable()
export class ConfigCache {
  private readonly snapshots: TenantCache<ConfigSnapshot>;

  constructor(repository: ConfigVersionsRepository, feed: ChangeFeed) {
    this.snapshots = new TenantCache({
      feed,
      what: 'Configurations are',
      changes: { [CONFIG_TOPIC]: ({ tenantId }) => tenantId },
      read: async (tenantId) => snapshotOf(await repository.state(tenantId)),
      maxSize: MAX_HELD_BYTES,
      sizeOf: bytesOf,
    });
  }

  /** Returns the current configuration of a tenant. Errors: `unavailable`. */
  get(tenantId: string): Promise<ConfigSnapshot> {
    return this.snapshots.get(tenantId);
  }

  /** Calls a listener on each change that may affect a tenant. Returns a function that removes the listener. */
  onChange(listener: ConfigListener): () => void {
    return this.snapshots.onChange(listener);
  }
}

function bytesOf({ values }: ConfigSnapshot): number {
  let bytes = BASE_BYTES;
  for (const [key, value] of Object.entries(values)) bytes += BYTES_PER_ENTRY + 2 * (key.length + value.length);
  return bytes;
}
