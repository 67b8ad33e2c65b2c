import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { ConnectionQuery } from '../contract/connections.types';
import type { StoredConnection } from '../domain/stored-connection';
import { CONNECTION, CONNECTION_LIST, type ConnectionRow, toStored } from './connection.row';

/** Tenants' connections to identity providers. */
@Injectable()
export class ConnectionsRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: ConnectionQuery): Promise<CountedPage<StoredConnection>> {
    return CONNECTION_LIST.page(this.database, tenantId, query, toStored);
  }

  /** Returns the active connections of a tenant, oldest first. A tenant has at most 20. */
  async active(tenantId: string): Promise<readonly StoredConnection[]> {
    const sql = `SELECT ${CONNECTION} FROM connections.connections
      WHERE tenant_id = $1 AND status = 'active' ORDER BY created_at, id`;
    return (await this.database.tenant(tenantId).rows<ConnectionRow>(sql, [tenantId])).map(toStored);
  }

  async find(tenantId: string, id: string): Promise<StoredConnection | null> {
    const sql = `SELECT ${CONNECTION} FROM connections.connections WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<ConnectionRow>(sql, [tenantId, id]);
    return row ? toStored(row) : null;
  }

  /** Returns the connection, locked until the transaction ends; `null` if there is none. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<StoredConnection | null> {
    const sql = `SELECT ${CONNECTION} FROM connections.connections WHERE tenant_id = $1 AND id = $2 FOR UPDATE`;
    const row = await tx.maybeOne<ConnectionRow>(sql, [tenantId, id]);
    return row ? toStored(row) : null;
  }

  /** Adds a connection. @returns false when the tenant has reached its limit. */
  async insert(tx: Tx, connection: StoredConnection, most: number): Promise<boolean> {
    await lockTenant(tx, 'connections.connections', connection.tenantId);
    const count = await tx.count(
      `INSERT INTO connections.connections (tenant_id, id, name, status, issuer, client_id, key_id, sealed, settings,
         enforced, updated_at, updated_by, version, type, preset, created_at, created_by)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, $15, $16, $17
       WHERE (SELECT count(*) FROM connections.connections WHERE tenant_id = $1) < $18 RETURNING id`,
      [
        ...valuesOf(connection),
        ...[connection.type, connection.preset, connection.createdAt, connection.createdBy, most],
      ],
    );
    return count === 1;
  }

  /** Replaces a connection that {@link lock} returned. */
  async replace(tx: Tx, connection: StoredConnection): Promise<void> {
    await tx.run(
      `UPDATE connections.connections SET name = $3, status = $4, issuer = $5, client_id = $6, key_id = $7, sealed = $8,
         settings = $9::jsonb, enforced = $10, updated_at = $11, updated_by = $12, version = $13
       WHERE tenant_id = $1 AND id = $2`,
      valuesOf(connection),
    );
  }

  /** Deletes a connection with its domains and identities. @returns true if it existed with an expected version. */
  async remove(tx: Tx, tenantId: string, id: string, expected: ExpectedVersions): Promise<boolean> {
    const count = await tx.count(
      `DELETE FROM connections.connections WHERE tenant_id = $1 AND id = $2
         AND ($3::int[] IS NULL OR version = ANY ($3)) RETURNING id`,
      [tenantId, id, expected],
    );
    return count === 1;
  }
}

function valuesOf(connection: StoredConnection): readonly unknown[] {
  const { tenantId, id, name, status, issuer, clientId, secret, settings, enforced } = connection;
  return [
    ...[tenantId, id, name, status, issuer, clientId, secret?.keyId ?? null, secret?.sealed ?? null],
    ...[toJsonb(settings), enforced, connection.updatedAt, connection.updatedBy, connection.version],
  ];
}
