import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { SCIM_EXTENSIONS_TOPIC, type ScimExtension, type ScimExtensionBody } from '../contract/scim-extensions.types';

type Row = Omit<ScimExtension, 'updatedAt'> & { readonly updatedAt: Date };

const COLUMNS = `urn, resource, name, description, attributes, version, updated_at AS "updatedAt", updated_by AS "updatedBy"`;

@Injectable()
export class ScimExtensionsRepository {
  constructor(private readonly database: Database) {}

  /** Lists all extensions of a tenant, by URN. */
  async list(tenantId: string): Promise<readonly ScimExtension[]> {
    const rows = await this.database
      .tenant(tenantId)
      .rows<Row>(`SELECT ${COLUMNS} FROM scim.extensions WHERE tenant_id = $1 ORDER BY urn`, [tenantId]);
    return rows.map(toExtension);
  }

  /** Locks the tenant's extensions, runs `work` with them, and notifies every process. */
  change<T>(
    tenantId: string,
    urn: string,
    event: StagedEvent,
    work: (tx: Tx, extensions: readonly ScimExtension[]) => Promise<T>,
  ): Promise<T> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      await lockTenant(tx, 'scim.extensions', tenantId);
      const rows = await tx.rows<Row>(`SELECT ${COLUMNS} FROM scim.extensions WHERE tenant_id = $1`, [tenantId]);
      const result = await work(tx, rows.map(toExtension));
      await publishChanges(tx, [{ topic: SCIM_EXTENSIONS_TOPIC, tenantId, key: urn, payload: {} }]);
      await stageEvent(tx, event);
      return result;
    });
  }

  async put(
    tx: Tx,
    tenantId: string,
    urn: string,
    { resource, name, description, attributes }: ScimExtensionBody,
    by: string,
    now: Date,
  ): Promise<ScimExtension> {
    const row = await tx.one<Row>(
      `INSERT INTO scim.extensions AS e (tenant_id, urn, resource, name, description, attributes, updated_at, updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (tenant_id, urn) DO UPDATE SET name = excluded.name, description = excluded.description,
         attributes = excluded.attributes, version = e.version + 1, updated_at = excluded.updated_at,
         updated_by = excluded.updated_by
       RETURNING ${COLUMNS}`,
      [tenantId, urn, resource, name, description, toJsonb(attributes), now, by],
    );
    return toExtension(row);
  }

  async remove(tx: Tx, tenantId: string, urn: string): Promise<void> {
    await tx.run('DELETE FROM scim.extensions WHERE tenant_id = $1 AND urn = $2', [tenantId, urn]);
  }
}

function toExtension(row: Row): ScimExtension {
  return { ...row, updatedAt: row.updatedAt.toISOString() };
}
