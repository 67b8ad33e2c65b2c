import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Credential, CredentialQuery, NewCredential } from '../contract/credentials.types';
import { COLUMNS, CREDENTIAL_LIST, type CredentialRow, IS_LIVE, toCredential } from './credential.row';

/** Selects one of the credentials that a caller can access. */
export interface Reach {
  readonly tenantId: string;
  readonly id: string;
  /** `null` for the credentials of all owners. */
  readonly ownerId: string | null;
}

/** A key as stored. */
export interface KeptKey {
  readonly id: string;
  readonly handle: string;
  readonly hash: Buffer;
  readonly dataKeyId: string;
}

/** The fields that identify a key to other processes. */
export type EndedKey = Pick<KeptKey, 'id' | 'handle'>;

/** The owner of a new credential. */
export interface KeyOwner {
  readonly type: Credential['ownerType'];
  readonly id: string;
  readonly appId: string;
}

const IS_REACHED = 'tenant_id = $1 AND id = $2 AND ($3::text IS NULL OR owner_id = $3)';
const IS_EXPECTED = '($4::int[] IS NULL OR version = ANY ($4))';
const IS_WRITTEN = 'version = version + 1, updated_at = now(), updated_by = $5';

@Injectable()
export class CredentialsRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: CredentialQuery): Promise<CountedPage<Credential>> {
    return CREDENTIAL_LIST.page(this.database, tenantId, query, toCredential);
  }

  async find({ tenantId, id, ownerId }: Reach): Promise<Credential | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<CredentialRow>(
        { name: 'credential', text: `SELECT ${COLUMNS} FROM credentials.credentials WHERE ${IS_REACHED}` },
        [tenantId, id, ownerId],
      );
    return row === undefined ? null : toCredential(row);
  }

  /** Locks the credential until the transaction ends and returns it. */
  async lock(tx: Tx, { tenantId, id, ownerId }: Reach): Promise<Credential | null> {
    const sql = `SELECT ${COLUMNS} FROM credentials.credentials WHERE ${IS_REACHED} FOR UPDATE`;
    const row = await tx.maybeOne<CredentialRow>(sql, [tenantId, id, ownerId]);
    return row === undefined ? null : toCredential(row);
  }

  async insert(
    tx: Tx,
    { tenantId, id }: Pick<Reach, 'tenantId' | 'id'>,
    owner: KeyOwner,
    { name, scopes, expiresAt }: NewCredential,
    key: KeptKey,
  ): Promise<Credential> {
    const row = await tx.one<CredentialRow>(
      `INSERT INTO credentials.credentials
         (tenant_id, id, name, owner_type, owner_id, app_id, scopes, key_prefix, expires_at, created_by, updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $5, $5) RETURNING ${COLUMNS}`,
      [tenantId, id, name, owner.type, owner.id, owner.appId, scopes, key.handle, expiresAt],
    );
    await this.insertKey(tx, tenantId, id, key);
    return toCredential(row);
  }

  /**
   * Gives a live credential a new key. The previous key stays valid for `overlapSeconds`; earlier keys become invalid.
   * @returns `null` if no accessible live credential has an expected version.
   */
  async rotate(
    tx: Tx,
    { tenantId, id, ownerId }: Reach,
    key: KeptKey,
    { actorId, overlapSeconds }: { readonly actorId: string; readonly overlapSeconds: number },
    expected: ExpectedVersions,
  ): Promise<{
    readonly rotated: Credential;
    readonly ended: readonly EndedKey[];
    readonly kept: readonly EndedKey[];
  } | null> {
    const row = await tx.maybeOne<CredentialRow>(
      `UPDATE credentials.credentials SET key_prefix = $6, ${IS_WRITTEN},
         previous_until = CASE WHEN $7 > 0 THEN now() + make_interval(secs => $7) END
       WHERE ${IS_REACHED} AND ${IS_EXPECTED} AND ${IS_LIVE} RETURNING ${COLUMNS}`,
      [tenantId, id, ownerId, expected, actorId, key.handle, overlapSeconds],
    );
    if (row === undefined) return null;
    const ended = await tx.rows<EndedKey>(
      `DELETE FROM credentials.keys WHERE tenant_id = $1 AND credential_id = $2 AND (valid_until IS NOT NULL OR $3 = 0)
       RETURNING id, handle`,
      [tenantId, id, overlapSeconds],
    );
    const kept = await tx.rows<EndedKey>(
      `UPDATE credentials.keys SET valid_until = now() + make_interval(secs => $3)
       WHERE tenant_id = $1 AND credential_id = $2 RETURNING id, handle`,
      [tenantId, id, overlapSeconds],
    );
    await this.insertKey(tx, tenantId, id, key);
    return { rotated: toCredential(row), ended, kept };
  }

  /** Revokes a credential. @returns `null` unless the credential is accessible, has an expected version and is not revoked yet. */
  async revoke(
    tx: Tx,
    { tenantId, id, ownerId }: Reach,
    actorId: string,
    expected: ExpectedVersions,
  ): Promise<Credential | null> {
    const row = await tx.maybeOne<CredentialRow>(
      `UPDATE credentials.credentials SET revoked_at = now(), previous_until = NULL, ${IS_WRITTEN}
       WHERE ${IS_REACHED} AND ${IS_EXPECTED} AND revoked_at IS NULL RETURNING ${COLUMNS}`,
      [tenantId, id, ownerId, expected, actorId],
    );
    return row === undefined ? null : toCredential(row);
  }

  /** Returns every stored key of a credential. */
  keysOf(tx: Tx, tenantId: string, id: string): Promise<readonly EndedKey[]> {
    const sql = 'SELECT id, handle FROM credentials.keys WHERE tenant_id = $1 AND credential_id = $2';
    return tx.rows<EndedKey>(sql, [tenantId, id]);
  }

  /** Counts the live credentials of a tenant and of one of its owners. No credentials can be created until the transaction ends. */
  async countLocked(
    tx: Tx,
    tenantId: string,
    ownerId: string,
  ): Promise<{ readonly ofTenant: number; readonly ofOwner: number }> {
    await lockTenant(tx, 'credentials.credentials', tenantId);
    const row = await tx.maybeOne<{ ofTenant: number; ofOwner: number }>(
      `SELECT count(*)::int AS "ofTenant", (count(*) FILTER (WHERE owner_id = $2))::int AS "ofOwner"
       FROM credentials.credentials WHERE tenant_id = $1 AND ${IS_LIVE}`,
      [tenantId, ownerId],
    );
    return row ?? { ofTenant: 0, ofOwner: 0 };
  }

  /** Counts the live credentials of an owner. */
  async countOf(tenantId: string, ownerId: string): Promise<number> {
    const row = await this.database.tenant(tenantId).maybeOne<{ count: number }>(
      `SELECT count(*)::int AS count FROM credentials.credentials
       WHERE tenant_id = $1 AND owner_id = $2 AND ${IS_LIVE}`,
      [tenantId, ownerId],
    );
    return row?.count ?? 0;
  }

  /**
   * Deletes credentials and keys that were revoked or expired at least `days` days ago, across all tenants. @returns the number of deleted
   * rows.
   */
  async prune(days: number, atMost: number): Promise<number> {
    const row = await this.database
      .platform()
      .maybeOne<{ gone: string }>('SELECT credentials.prune($1, $2) AS gone', [days, atMost]);
    return Number(row?.gone ?? 0);
  }

  private async insertKey(tx: Tx, tenantId: string, id: string, key: KeptKey): Promise<void> {
    await tx.run(
      `INSERT INTO credentials.keys (tenant_id, id, credential_id, handle, hash, data_key_id)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenantId, key.id, id, key.handle, key.hash, key.dataKeyId],
    );
  }
}
