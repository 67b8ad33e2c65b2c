import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';

/** A client secret, encrypted with one of its tenant's data keys. */
export interface SealedSecret {
  readonly secretId: string;
  readonly keyId: string;
  readonly sealed: Buffer;
  /** Unix milliseconds; `null` if the secret does not expire. */
  readonly expiresAtMs: number | null;
}

@Injectable()
export class ContextSecretsRepository {
  constructor(private readonly database: Database) {}

  /** Stores a secret, in the transaction that creates it. It is deleted together with the row that contains its hash. */
  async insert(
    tx: Tx,
    tenantId: string,
    { secretId, keyId, sealed }: Omit<SealedSecret, 'expiresAtMs'>,
  ): Promise<void> {
    await tx.run('INSERT INTO apps.context_secrets (tenant_id, secret_id, key_id, sealed) VALUES ($1, $2, $3, $4)', [
      tenantId,
      secretId,
      keyId,
      sealed,
    ]);
  }

  /** Deletes the secrets of an app. */
  async removeOf(tx: Tx, tenantId: string, clientId: string): Promise<void> {
    await tx.run(
      `DELETE FROM apps.context_secrets AS c USING apps.secrets AS s
       WHERE c.tenant_id = $1 AND s.tenant_id = $1 AND s.id = c.secret_id AND s.client_id = $2`,
      [tenantId, clientId],
    );
  }

  async of(tenantId: string, clientId: string): Promise<readonly SealedSecret[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<Omit<SealedSecret, 'expiresAtMs'> & { expiresAt: Date | null }>(
        `SELECT c.secret_id AS "secretId", c.key_id AS "keyId", c.sealed, s.expires_at AS "expiresAt"
       FROM apps.context_secrets AS c JOIN apps.secrets AS s ON s.tenant_id = c.tenant_id AND s.id = c.secret_id
       WHERE c.tenant_id = $1 AND s.client_id = $2`,
        [tenantId, clientId],
      );
    return rows.map(({ expiresAt, ...row }) => ({ ...row, expiresAtMs: expiresAt?.getTime() ?? null }));
  }
}
