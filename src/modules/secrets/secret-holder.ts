import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { FreshCache } from '../../kernel/changes/fresh-cache';
import { Clock } from '../../kernel/time/clock';
import { SECRET_ACCESS_TOPIC } from './contract/secret-access.types';
import { SECRETS_TOPIC } from './contract/secrets.types';
import type { TenantAccess } from './domain/tenant-access';
import { SecretAccessRepository } from './storage/secret-access.repository';
import { type SealedSecret, SealedVersionsRepository } from './storage/sealed-versions.repository';

/** Sealed bytes in memory together. */
const MAX_SECRET_BYTES = 64 * 1024 * 1024;
const BASE_BYTES = 300;
/** Bundles' references and grants in memory together, of all tenants. */
const MAX_ACCESS_ENTRIES = 200_000;

/**
 * What resolving needs, in memory and current by the change feed: sealed bytes (never opened ones: each call opens what it
 * gives out), bundles and grants.
 */
@Injectable()
export class SecretHolder implements ChangeHolder {
  readonly topics = [SECRETS_TOPIC, SECRET_ACCESS_TOPIC];
  private readonly secrets: FreshCache<SealedSecret>;
  private readonly accesses: FreshCache<TenantAccess>;

  constructor(sealed: SealedVersionsRepository, access: SecretAccessRepository, feed: ChangeFeed, clock: Clock) {
    this.secrets = new FreshCache({
      feed,
      what: 'Secrets are',
      read: (key) => {
        const slash = key.indexOf('/');
        return sealed.resolvable(key.slice(0, slash), key.slice(slash + 1), clock.nowMs());
      },
      maxSize: MAX_SECRET_BYTES,
      sizeOf: bytesOf,
    });
    this.accesses = new FreshCache({
      feed,
      what: 'Grants of secrets are',
      read: (tenantId) => access.access(tenantId),
      maxSize: MAX_ACCESS_ENTRIES,
      sizeOf: ({ size }) => size,
    });
    feed.register(this);
  }

  /** Errors: `unavailable`. */
  async secret(tenantId: string, name: string): Promise<SealedSecret> {
    return this.secrets.get(`${tenantId}/${name}`);
  }

  /** Errors: `unavailable`. */
  async access(tenantId: string): Promise<TenantAccess> {
    return this.accesses.get(tenantId);
  }

  async load(): Promise<void> {
    this.secrets.forgetAll();
    this.accesses.forgetAll();
  }

  apply({ topic, tenantId, key }: Change): void {
    if (topic === SECRETS_TOPIC) this.secrets.forget(`${tenantId}/${key}`);
    else this.accesses.forget(key);
  }
}

function bytesOf({ versions }: SealedSecret): number {
  let bytes = BASE_BYTES;
  for (const { sealed } of versions.values()) bytes += BASE_BYTES + sealed.length;
  return bytes;
}
