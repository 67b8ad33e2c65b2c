import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { lockTenant } from '../../../kernel/database/locks';
import { AppError } from '../../../kernel/errors/app-error';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { CountedPage } from '../../../kernel/lists/list-query';
import {
  CONNECTION_LIMITS,
  type NewScimConnection,
  SCIM_CONNECTIONS_TOPIC,
  type ScimConnection,
  type ScimConnectionPatch,
  type ScimConnectionQuery,
} from '../contract/scim-connections.types';
import type { ScimPreset } from '../contract/scim.types';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly preset: ScimPreset;
  readonly client_id: string | null;
  readonly enabled: boolean;
  readonly tokens: ScimConnection['tokens'] | null;
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

const TOKENS = `(SELECT jsonb_agg(jsonb_build_object('prefix', t.prefix,
    'createdAt', to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'expiresAt', to_char(t.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    ORDER BY t.created_at DESC, t.id DESC)
  FROM scim.tokens t WHERE t.tenant_id = c.tenant_id AND t.connection_id = c.id AND t.expires_at > now())`;

const COLUMNS = `c.id, c.name, c.preset, c.client_id, c.enabled, ${TOKENS} AS tokens, c.version, c.created_at, c.created_by,
  c.updated_at, c.updated_by`;

const LIST = new KeysetList<ScimConnectionQuery, Row>({
  list: 'scim.connections',
  select: COLUMNS,
  from: 'scim.connections c',
  tenant: 'c.tenant_id',
  id: 'c.id',
  sorts: {
    createdAt: { column: 'c.created_at', type: 'timestamptz' },
    name: { column: 'c.name', type: 'text' },
  },
  filters: {},
});

/** The connection data that is needed to authenticate a call. */
export interface KnownConnection {
  readonly tenantId: string;
  readonly id: string;
  readonly preset: ScimPreset;
  /** Unix milliseconds at which the token expires. */
  readonly expiresAtMs: number;
}

export interface NewToken {
  readonly id: string;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly expiresAt: Date;
}

/** The connection to write, and the author of the write. */
export interface ConnectionWrite {
  readonly tenantId: string;
  readonly id: string;
  readonly by: string;
  readonly now: Date;
}

@Injectable()
export class ScimConnectionsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the outcome of a write. Errors: `conflict` for an app that already has a connection. */
  async explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('conflict', 'This app already has a connection.');
    }
  }

  transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.explained(this.database.tenantTransaction(tenantId, work));
  }

  list(tenantId: string, query: ScimConnectionQuery): Promise<CountedPage<ScimConnection>> {
    return LIST.page(this.database, tenantId, query, toConnection);
  }

  async find(tenantId: string, id: string): Promise<ScimConnection | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<Row>(`SELECT ${COLUMNS} FROM scim.connections c WHERE c.tenant_id = $1 AND c.id = $2`, [tenantId, id]);
    return row ? toConnection(row) : null;
  }

  /** Inserts a connection. Errors: `conflict` if the tenant has reached the maximum. */
  async insert(
    tx: Tx,
    { tenantId, id, by, now }: ConnectionWrite,
    { name, preset, clientId }: NewScimConnection,
  ): Promise<void> {
    await lockTenant(tx, 'scim.connections', tenantId);
    const counted = await tx.maybeOne<{ count: number }>(
      'SELECT count(*)::int AS count FROM scim.connections WHERE tenant_id = $1',
      [tenantId],
    );
    if ((counted?.count ?? 0) >= CONNECTION_LIMITS.perTenant) {
      throw new AppError('conflict', `A tenant can have at most ${CONNECTION_LIMITS.perTenant} connections.`);
    }
    await tx.run(
      `INSERT INTO scim.connections (tenant_id, id, name, preset, client_id, enabled, created_at, created_by, updated_at,
         updated_by)
       VALUES ($1, $2, $3, $4, $5, true, $6, $7, $6, $7)`,
      [tenantId, id, name, preset, clientId, now, by],
    );
  }

  /** Updates a connection. Omitted members stay unchanged. @returns `null` if there is no such connection with an expected version. */
  async update(
    tx: Tx,
    { tenantId, id, by, now }: ConnectionWrite,
    { name, preset, enabled, clientId }: ScimConnectionPatch,
    expected: ExpectedVersions,
  ): Promise<ScimConnection | null> {
    const row = await tx.maybeOne<Row>(
      `UPDATE scim.connections c SET name = coalesce($4, name), preset = coalesce($5, preset),
         enabled = coalesce($6, enabled), client_id = CASE WHEN $7 THEN $8 ELSE client_id END, version = version + 1,
         updated_at = $9, updated_by = $10
       WHERE tenant_id = $1 AND id = $2 AND ($3::int[] IS NULL OR version = ANY ($3)) RETURNING ${COLUMNS}`,
      [
        ...[tenantId, id, expected, name ?? null, preset ?? null, enabled ?? null],
        ...[clientId !== undefined, clientId ?? null, now, by],
      ],
    );
    if (row === undefined) return null;
    await this.publish(tx, tenantId, id);
    return toConnection(row);
  }

  /** Increments the version on behalf of {@link addToken}, and locks the connection. @returns true if it exists. */
  async touch(tx: Tx, { tenantId, id, by, now }: ConnectionWrite): Promise<boolean> {
    const count = await tx.count(
      `UPDATE scim.connections SET version = version + 1, updated_at = $3, updated_by = $4
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, now, by],
    );
    return count === 1;
  }

  /** Adds a token. Earlier tokens expire at `othersUntil`; tokens beyond the maximum number of valid tokens expire immediately. */
  async addToken(
    tx: Tx,
    { tenantId, id: connectionId, now }: ConnectionWrite,
    { id, hash, prefix, expiresAt }: NewToken,
    othersUntil: Date,
  ): Promise<void> {
    await tx.run(
      'UPDATE scim.tokens SET expires_at = least(expires_at, $3) WHERE tenant_id = $1 AND connection_id = $2',
      [tenantId, connectionId, othersUntil],
    );
    await tx.run(
      `INSERT INTO scim.tokens (tenant_id, id, connection_id, hash, prefix, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, id, connectionId, hash, prefix, now, expiresAt],
    );
    await tx.run(
      `DELETE FROM scim.tokens WHERE tenant_id = $1 AND connection_id = $2 AND (expires_at <= $3 OR id NOT IN (
         SELECT id FROM scim.tokens WHERE tenant_id = $1 AND connection_id = $2 ORDER BY created_at DESC, id DESC LIMIT $4))`,
      [tenantId, connectionId, now, CONNECTION_LIMITS.liveTokens],
    );
    await this.publish(tx, tenantId, connectionId);
  }

  /** Deletes a connection. @returns its version; `null` if there is none. */
  async remove(tx: Tx, tenantId: string, id: string): Promise<number | null> {
    const row = await tx.maybeOne<{ version: number }>(
      'DELETE FROM scim.connections WHERE tenant_id = $1 AND id = $2 RETURNING version',
      [tenantId, id],
    );
    await this.publish(tx, tenantId, id);
    return row?.version ?? null;
  }

  async findWithin(tx: Tx, tenantId: string, id: string): Promise<ScimConnection> {
    const row = await tx.maybeOne<Row>(
      `SELECT ${COLUMNS} FROM scim.connections c WHERE c.tenant_id = $1 AND c.id = $2`,
      [tenantId, id],
    );
    if (row === undefined) throw new AppError('not_found', 'There is no such connection.');
    return toConnection(row);
  }

  /** Returns the connection of a valid token; `null` if there is none. */
  async ofToken(hash: Buffer): Promise<KnownConnection | null> {
    const found = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT scim.tenant_of_token($1) AS tenant', [hash]);
    const tenantId = found?.tenant ?? null;
    if (tenantId === null) return null;
    const row = await this.database.tenant(tenantId).maybeOne<{ id: string; preset: ScimPreset; expires_at: Date }>(
      `SELECT c.id, c.preset, t.expires_at FROM scim.tokens t
       JOIN scim.connections c ON c.tenant_id = t.tenant_id AND c.id = t.connection_id
       WHERE t.tenant_id = $1 AND t.hash = $2 AND c.enabled`,
      [tenantId, hash],
    );
    return row ? { tenantId, id: row.id, preset: row.preset, expiresAtMs: row.expires_at.getTime() } : null;
  }

  /** Returns the connection of an app; `null` if it has none. */
  async ofApp(
    tenantId: string,
    clientId: string,
  ): Promise<{ readonly id: string; readonly preset: ScimPreset; readonly enabled: boolean } | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ id: string; preset: ScimPreset; enabled: boolean }>(
        'SELECT id, preset, enabled FROM scim.connections WHERE tenant_id = $1 AND client_id = $2',
        [tenantId, clientId],
      );
    return row ?? null;
  }

  private async publish(tx: Tx, tenantId: string, id: string): Promise<void> {
    await publishChanges(tx, [{ topic: SCIM_CONNECTIONS_TOPIC, tenantId, key: id, payload: {} }]);
  }
}

function toConnection(row: Row): ScimConnection {
  return {
    id: row.id,
    name: row.name,
    preset: row.preset,
    clientId: row.client_id,
    enabled: row.enabled,
    tokens: row.tokens ?? [],
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
