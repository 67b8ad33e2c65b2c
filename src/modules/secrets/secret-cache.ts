import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { keyOf, partsOf, TenantCache } from '../../kernel/changes/tenant-cache';
import { Clock } from '../../kernel/time/clock';
import { SECRET_ACCESS_TOPIC } from './contract/secret-access.types';
import { SECRETS_TOPIC } from './contract/secrets.types';
import type { TenantAccess } from './domain/tenant-access';
import { SecretAccessRepository } from './storage/secret-access.repository';
import { type SealedSecret, SealedVersionsRepository } from './storage/sealed-versions.repository';

/** The maximum total size of sealed values in memory, in bytes. */
const MAX_SECRET_BYTES = 64 * 1024 * 1024;
const BASE_BYTES = 300;
/** The maximum total number of bundle references and grants in memory, for all tenants. */
const MAX_ACCESS_ENTRIES = 200_000;

/**
 * A cache of the sealed secrets, bundles and grants that are needed for resolving, kept current by the change feed. Decrypted bytes are
 * never cached: each call decrypts the values that it returns.
 */
@Injectable()
export class SecretCache {
  private readonly secrets: TenantCache<SealedSecret>;
  private readonly accesses: TenantCache<TenantAccess>;

  constructor(sealed: SealedVersionsRepository, access: SecretAccessRepository, feed: ChangeFeed, clock: Clock) {
    this.secrets = new TenantCache({
      feed,
      what: 'Secrets are',
      changes: { [SECRETS_TOPIC]: ({ tenantId, key }) => keyOf(tenantId, key) },
      read: (key) => sealed.resolvable(...partsOf(key), clock.nowMs()),
      maxSize: MAX_SECRET_BYTES,
      sizeOf: bytesOf,
    });
    this.accesses = new TenantCache({
      feed,
      what: 'Grants of secrets are',
      changes: { [SECRET_ACCESS_TOPIC]: ({ key }) => key },
      read: (tenantId) => access.access(tenantId),
      maxSize: MAX_ACCESS_ENTRIES,
      sizeOf: ({ size }) => size,
    });
  }

  /** Returns a sealed secret. Errors: `unavailable`. */
  async secret(tenantId: string, name: string): Promise<SealedSecret> {
    return this.secrets.get(keyOf(tenantId, name));
  }

  /** Returns a tenant's bundles and grants. Errors: `unavailable`. */
  async access(tenantId: string): Promise<TenantAccess> {
    return this.accesses.get(tenantId);
  }
}

function bytesOf({ versions }: SealedSecret): number {
  let bytes = BASE_BYTES;
  for (const { sealed } of versions.values()) bytes += BASE_BYTES + sealed.length;
  return bytes;
}
