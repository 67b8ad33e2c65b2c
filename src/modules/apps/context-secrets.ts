import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { type TenantKey, TenantKeys } from '../../kernel/sealing/tenant-keys';
import { ContextSecretsRepository, type SealedSecret } from './storage/context-secrets.repository';

/**
 * The secrets of apps that sign platform contexts: sealed by a data key of the tenant, since an HMAC needs the secret
 * itself and its hash would not do. Of all other apps only hashes are kept.
 */
@Injectable()
export class ContextSecrets {
  constructor(
    private readonly repository: ContextSecretsRepository,
    private readonly keys: TenantKeys,
  ) {}

  /** The key to seal by; to be had before a transaction, since the first one of a tenant is made in one of its own. */
  key(tenantId: string): Promise<TenantKey> {
    return this.keys.current(tenantId);
  }

  /** Keeps a secret, in the transaction that makes it. */
  keep(tx: Tx, tenantId: string, key: TenantKey, secretId: string, secret: string): Promise<void> {
    const sealed = key.seal(Buffer.from(secret), ownerOf(secretId));
    return this.repository.insert(tx, tenantId, { secretId, keyId: key.id, sealed });
  }

  /** Forgets those of an app that signs no contexts any more. */
  forget(tx: Tx, tenantId: string, clientId: string): Promise<void> {
    return this.repository.removeOf(tx, tenantId, clientId);
  }

  of(tenantId: string, clientId: string): Promise<readonly SealedSecret[]> {
    return this.repository.of(tenantId, clientId);
  }

  /**
   * Returns whether `mac` is the HMAC-SHA-256 of `message` by one of the live secrets. Compares every secret in constant
   * time, so that the time does not reveal which one matched. Errors: `unavailable`.
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
