import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { sha256 } from '../../../kernel/ids/opaque-token';
import type { Factor } from '../contract/factors.types';
import { FACTOR_COLUMNS, type FactorRow, toFactor } from './factor.row';

/** A credential record (WebAuthn Level 3 §4). */
export interface StoredPasskey {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: Buffer;
  /** COSE key (RFC 9052 §7). */
  readonly publicKey: Buffer;
  readonly rpId: string;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly isSynced: boolean;
}

interface PasskeyRow {
  readonly id: string;
  readonly user_id: string;
  readonly credential_id: Buffer;
  readonly public_key: Buffer;
  readonly rp_id: string;
  readonly sign_count: string;
  readonly transports: string[];
  readonly is_synced: boolean;
}

const COLUMNS = 'id, user_id, credential_id, public_key, rp_id, sign_count, transports, is_synced';
const HANDLE_BYTES = 32;

/** Passkeys, the handles that devices store for their users, and the challenges that have been answered. */
@Injectable()
export class PasskeysRepository {
  constructor(private readonly database: Database) {}

  /** Returns the passkeys of a user for one site. */
  async ofUser(tenantId: string, userId: string, rpId: string): Promise<readonly StoredPasskey[]> {
    const rows = await this.database.tenant(tenantId).rows<PasskeyRow>(
      `SELECT ${COLUMNS} FROM factors.factors
       WHERE tenant_id = $1 AND user_id = $2 AND rp_id = $3 AND kind = 'passkey' ORDER BY created_at, id`,
      [tenantId, userId, rpId],
    );
    return rows.map(toPasskey);
  }

  /** Finds a passkey in a tenant. */
  async find(tenantId: string, credentialId: Buffer): Promise<StoredPasskey | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<PasskeyRow>(
        `SELECT ${COLUMNS} FROM factors.factors WHERE tenant_id = $1 AND credential_id = $2 AND kind = 'passkey'`,
        [tenantId, credentialId],
      );
    return row === undefined ? null : toPasskey(row);
  }

  /** Returns the tenant of a passkey; `null` if there is none, or if two tenants claim to have it. */
  async tenantOf(credentialId: Buffer): Promise<string | null> {
    const row = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT factors.tenant_of_passkey($1) AS tenant', [sha256(credentialId)]);
    return row?.tenant ?? null;
  }

  /** Stores a passkey. @returns `null` if the tenant has a passkey with this credential id. */
  async insert(tx: Tx, tenantId: string, name: string, passkey: StoredPasskey, now: Date): Promise<Factor | null> {
    const { id, userId, credentialId, publicKey, rpId, signCount, transports, isSynced } = passkey;
    const row = await tx.maybeOne<FactorRow>(
      `INSERT INTO factors.factors (tenant_id, id, user_id, kind, name, created_at, credential_id, public_key, rp_id,
         sign_count, transports, is_synced)
       VALUES ($1, $2, $3, 'passkey', $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (tenant_id, credential_id) WHERE credential_id IS NOT NULL DO NOTHING RETURNING ${FACTOR_COLUMNS}`,
      [tenantId, id, userId, name, now, credentialId, publicKey, rpId, signCount, [...transports], isSynced],
    );
    return row === undefined ? null : toFactor(row);
  }

  /** Records a use within the caller's transaction. @returns false if the passkey has been removed since it was read. */
  async noteUse(tx: Tx, tenantId: string, { id, signCount, isSynced }: StoredPasskey, now: Date): Promise<boolean> {
    const used = await tx.count(
      `UPDATE factors.factors SET sign_count = greatest(sign_count, $3), is_synced = $4, last_used_at = $5
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, signCount, isSynced, now],
    );
    return used === 1;
  }

  /** Uses up a challenge within the caller's transaction. @returns false if it has been answered before. */
  async useChallenge(tx: Tx, tenantId: string, challenge: string, expiresAt: Date): Promise<boolean> {
    const used = await tx.count(
      `INSERT INTO factors.used_challenges (tenant_id, challenge_hash, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [tenantId, sha256(challenge), expiresAt],
    );
    return used === 1;
  }

  /** Runs `work` in one transaction of the tenant. */
  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /** Returns the handle that devices store for a user: random, so that it does not reveal who the user is (WebAuthn Level 3 §14.6.1). */
  async handleOf(tenantId: string, userId: string): Promise<Buffer> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      await tx.run(
        'INSERT INTO factors.user_handles (tenant_id, user_id, handle) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [tenantId, userId, randomBytes(HANDLE_BYTES)],
      );
      const { handle } = await tx.one<{ handle: Buffer }>(
        'SELECT handle FROM factors.user_handles WHERE tenant_id = $1 AND user_id = $2',
        [tenantId, userId],
      );
      return handle;
    });
  }

  /** Deletes challenges that have expired. */
  async sweep(now: Date): Promise<void> {
    await this.database.platform().run('SELECT factors.sweep($1)', [now]);
  }
}

function toPasskey(row: PasskeyRow): StoredPasskey {
  return {
    id: row.id,
    userId: row.user_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    rpId: row.rp_id,
    signCount: Number(row.sign_count),
    transports: row.transports,
    isSynced: row.is_synced,
  };
}
