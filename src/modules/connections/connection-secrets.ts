import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import type { SealedSecret, StoredConnection } from './domain/stored-connection';

/** Seals the client secrets of connections with the tenant's data keys. */
@Injectable()
export class ConnectionSecrets {
  constructor(private readonly keys: TenantKeys) {}

  async seal(tenantId: string, connectionId: string, secret: string): Promise<SealedSecret> {
    const key = await this.keys.current(tenantId);
    return { keyId: key.id, sealed: key.seal(Buffer.from(secret), ownerOf(connectionId)) };
  }

  /** Returns the secret; `null` for a public client. Errors: `unavailable`. */
  async open({ tenantId, id, secret }: Pick<StoredConnection, 'tenantId' | 'id' | 'secret'>): Promise<string | null> {
    if (secret === null) return null;
    return (await this.keys.byId(tenantId, secret.keyId)).open(secret.sealed, ownerOf(id)).toString('utf8');
  }
}

function ownerOf(connectionId: string): string {
  return `connections/${connectionId}`;
}
