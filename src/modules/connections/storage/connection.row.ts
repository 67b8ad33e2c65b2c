import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { ConnectionQuery } from '../contract/connections.types';
import type { ConnectionSettings } from '../domain/connection-settings';
import type { StoredConnection } from '../domain/stored-connection';

/** A connection as the driver returns it. */
export interface ConnectionRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly name: string;
  readonly type: StoredConnection['type'];
  readonly preset: StoredConnection['preset'];
  readonly status: StoredConnection['status'];
  readonly issuer: string;
  readonly client_id: string;
  readonly key_id: string | null;
  readonly sealed: Buffer | null;
  readonly settings: ConnectionSettings;
  readonly enforced: boolean;
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

export const CONNECTION = `tenant_id, id, name, type, preset, status, issuer, client_id, key_id, sealed, settings, enforced,
  version, created_at, created_by, updated_at, updated_by`;

export const CONNECTION_LIST = new KeysetList<ConnectionQuery, ConnectionRow>({
  list: 'connections',
  select: CONNECTION,
  from: 'connections.connections',
  tenant: 'tenant_id',
  id: 'id',
  sorts: { createdAt: { column: 'created_at', type: 'timestamptz' } },
  filters: { status: (value, bind) => `status = ${bind(value)}` },
});

export function toStored(row: ConnectionRow): StoredConnection {
  const { key_id: keyId, sealed } = row;
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    type: row.type,
    preset: row.preset,
    status: row.status,
    issuer: row.issuer,
    clientId: row.client_id,
    secret: keyId === null || sealed === null ? null : { keyId, sealed },
    settings: row.settings,
    enforced: row.enforced,
    version: row.version,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}
