import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { type TenantKey, TenantKeys } from '../../kernel/sealing/tenant-keys';
import { ContextSecretsRepository, type SealedSecret } from './storage/context-secrets.repository';

/**
 * The secrets of apps that sign platform contexts, encrypted with one of the tenant's data keys, because an HMAC needs the secret itself,
 * not its hash. For all other apps, only hashes are stored.
 */
@Injectable()
export class ContextSecrets {
  constructor(
    private readonly repository: ContextSecretsRepository,
    private readonly keys: TenantKeys,
  ) {}

  /** Returns the encryption key. Call it before starting a transaction, because a tenant's first key is created in its own transaction. */
  key(tenantId: string): Promise<TenantKey> {
    return this.keys.current(tenantId);
  }

  /** Stores a secret, in the transaction that creates it. */
  keep(tx: Tx, tenantId: string, key: TenantKey, secretId: string, secret: string): Promise<void> {
    const sealed = key.seal(Buffer.from(secret), ownerOf(secretId));
    return this.repository.insert(tx, tenantId, { secretId, keyId: key.id, sealed });
  }

  /** Deletes the secrets of an app that no longer signs contexts. */
  forget(tx: Tx, tenantId: string, clientId: string): Promise<void> {
    return this.repository.removeOf(tx, tenantId, clientId);
  }

  of(tenantId: string, clientId: string): Promise<readonly SealedSecret[]> {
    return this.repository.of(tenantId, clientId);
  }

  /**
   * Returns whether `mac` is the HMAC-SHA-256 of `message` with one of the active secrets. Compares every secret in constant time, so that
   * timing does not reveal which one matched. Errors: `unavailable`.
   */
  async prove(
    tenantId: string,
    secrets: readonly SealedSecret[],
    message: Buffer,
    mac: Buffer,
    nowMs: number,
  ): Promise<boolean> {
    let proven = false;
    for (const { secretId, keyId, sealed, expiresAtMs } of secrets) {
      const key = await this.keys.byId(tenantId, keyId);
      const live = expiresAtMs === null || expiresAtMs > nowMs;
      const expected = createHmac('sha256', key.open(sealed, ownerOf(secretId)))
        .update(message)
        .digest();
      if (mac.length === expected.length && timingSafeEqual(mac, expected) && live) proven = true;
    }
    return proven;
  }
}

function ownerOf(secretId: string): string {
  return `apps/context_secrets/${secretId}`;
}
