import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { FreshCache } from '../../kernel/changes/fresh-cache';
import { CONFIG_TOPIC, type ConfigSnapshot } from './contract/config.types';
import { snapshotOf } from './domain/config-state';
import { ConfigVersionsRepository } from './storage/config-versions.repository';

/** Configurations in memory together, by estimate. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
const BASE_BYTES = 500;
const BYTES_PER_ENTRY = 100;

/** Told of a tenant whose configuration changed; `null`: of every tenant. */
export type ConfigListener = (tenantId: string | null) => void;

/** Configurations of tenants in memory, read at first use and forgotten when the change feed tells of a change. */
@Injectable()
export class ConfigHolder implements ChangeHolder {
  readonly topics = [CONFIG_TOPIC];
  private readonly listeners = new Set<ConfigListener>();
  private readonly snapshots: FreshCache<ConfigSnapshot>;

  constructor(repository: ConfigVersionsRepository, feed: ChangeFeed) {
    this.snapshots = new FreshCache({
      feed,
      what: 'Configurations are',
      read: async (tenantId) => snapshotOf(await repository.state(tenantId)),
      maxSize: MAX_HELD_BYTES,
      sizeOf: bytesOf,
    });
    feed.register(this);
  }

  /** Errors: `unavailable`. */
  get(tenantId: string): Promise<ConfigSnapshot> {
    return this.snapshots.get(tenantId);
  }

  /** Calls a listener at each change that may be of a tenant, until what it returns is called. */
  onChange(listener: ConfigListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  load(): Promise<void> {
    this.forget(null);
    return Promise.resolve();
  }

  apply({ tenantId }: Change): void {
    this.forget(tenantId);
  }

  private forget(tenantId: string | null): void {
    if (tenantId === null) this.snapshots.forgetAll();
    else this.snapshots.forget(tenantId);
    for (const listener of this.listeners) listener(tenantId);
  }
}

function bytesOf({ values }: ConfigSnapshot): number {
  let bytes = BASE_BYTES;
  for (const [key, value] of Object.entries(values)) bytes += BYTES_PER_ENTRY + 2 * (key.length + value.length);
  return bytes;
}
