import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { SkillWrite } from './skills.repository';

/** A signing secret, sealed with a data key of the tenant. */
export interface SealedSigningSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
}

interface SecretsRow {
  readonly key_id: string;
  readonly sealed: Buffer;
  readonly previous_key_id: string | null;
  readonly previous_sealed: Buffer | null;
}

/** The secrets that sign the calls of skills. */
@Injectable()
export class SigningRepository {
  constructor(private readonly database: Database) {}

  /** Returns the valid secrets, with the current secret first; empty for a skill without secrets. */
  async secrets(tenantId: string, name: string): Promise<readonly SealedSigningSecret[]> {
    const sql = `SELECT key_id, sealed, CASE WHEN previous_until > now() THEN previous_key_id END AS previous_key_id,
        previous_sealed FROM skills.signing WHERE tenant_id = $1 AND name = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<SecretsRow>(sql, [tenantId, name]);
    if (row === undefined) return [];
    return [
      { keyId: row.key_id, sealed: row.sealed },
      { keyId: row.previous_key_id, sealed: row.previous_sealed },
    ].filter((secret): secret is SealedSigningSecret => secret.keyId !== null && secret.sealed !== null);
  }

  /**
   * Checks for a secret.
   * @returns true when the skill has a secret, even one that is no longer valid.
   */
  async has(tx: Tx, { tenantId, name }: SkillWrite): Promise<boolean> {
    const sql = 'SELECT FROM skills.signing WHERE tenant_id = $1 AND name = $2';
    const count = await tx.count(sql, [tenantId, name]);
    return count > 0;
  }

  /** Replaces the secret. The previous secret stays valid for the overlap time. */
  async replace(
    tx: Tx,
    { tenantId, name }: SkillWrite,
    { keyId, sealed }: SealedSigningSecret,
    overlapSeconds: number,
  ): Promise<void> {
    await tx.run(
      `INSERT INTO skills.signing AS s (tenant_id, name, key_id, sealed) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, name) DO UPDATE SET key_id = $3, sealed = $4,
         previous_key_id = CASE WHEN $5::int > 0 THEN s.key_id END, previous_sealed = CASE WHEN $5 > 0 THEN s.sealed END,
         previous_until = CASE WHEN $5 > 0 THEN now() + make_interval(secs => $5) END`,
      [tenantId, name, keyId, sealed, overlapSeconds],
    );
  }
}
