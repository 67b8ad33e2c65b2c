import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import type { Change } from '../../../kernel/changes/change';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { databaseErrorCode } from '../../../kernel/database/database-errors';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stagePlatformEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { type TenantTable, tenantColumnOf } from '../../../kernel/tenant-data/tenant-data';
import type { Tenant } from '../contract/tenants.types';
import type { IncomingTenant } from '../domain/incoming-tenant';
import { TENANT, type TenantRow, toTenant } from './tenant.row';

/** The approximate memory limit of a batch of rows. The size of a batch depends on the previous one. */
const BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BATCH_ROWS = 2_000;

/** SQLSTATE classes of errors that the content of a row can cause: data exceptions, violated constraints, and values nested too deeply. */
const ROWS_FAULT = /^(22|23|54)/;
const UNIQUE_VIOLATION = '23505';

type PlatformEvent = StagedEvent & { readonly tenantId: null };

/** Accesses the tables of every module, as {@link TenantTable} names them: table and column names never come from a caller. */
@Injectable()
export class TenantRowsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` on a consistent snapshot of a tenant's rows. */
  snapshot<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantSnapshot(tenantId, work);
  }

  /** Returns the columns of a table, in their order in the table. */
  async columns(tx: Tx, table: string): Promise<readonly string[]> {
    if (table === 'tenants.tenants') {
      const rows = await tx.rows<{ name: string }>(`SELECT attname::text AS name FROM pg_attribute
         WHERE attrelid = 'tenants.tenants'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`);
      return rows.map(({ name }) => name);
    }
    const row = await tx.maybeOne<{ columns: string[] }>('SELECT tenants.columns_of($1) AS columns', [table]);
    return row?.columns ?? [];
  }

  /** Yields the rows of the transaction's tenant in one table as JSON, in the order of the table's key. Reads the rows in batches. */
  async *rows(tx: Tx, table: TenantTable): AsyncGenerator<string> {
    const order = [tenantColumnOf(table), ...table.key].join(', ');
    await tx.run(`DECLARE tenant_rows NO SCROLL CURSOR FOR
      SELECT to_jsonb(t)::text AS json FROM ${table.table} AS t
      WHERE ${tenantColumnOf(table)} = kernel.current_tenant() ORDER BY ${order}`);
    let size = 1;
    for (;;) {
      const batch = await tx.rows<{ json: string }>(`FETCH ${size} FROM tenant_rows`);
      for (const { json } of batch) yield json;
      if (batch.length < size) break;
      const bytes = batch.reduce((sum, { json }) => sum + json.length, 0);
      size = Math.min(Math.max(Math.floor((size * BATCH_BYTES) / Math.max(bytes, 1)), 1), size * 8, MAX_BATCH_ROWS);
    }
    await tx.run('CLOSE tenant_rows');
  }

  /** Returns true if a tenant with this id exists in the installation, or is still being erased. */
  async isHere(tenantId: string): Promise<boolean> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ here: boolean }>(
        'SELECT tenants.is_being_erased($1) OR EXISTS (SELECT 1 FROM tenants.tenants WHERE id = $1) AS here',
        [tenantId],
      );
    return row?.here === true;
  }

  /** Returns the tenant as seen by the transaction that creates it. */
  async tenant(tx: Tx, id: string): Promise<Tenant> {
    return toTenant(await tx.one<TenantRow>(`SELECT ${TENANT} FROM tenants.tenants WHERE id = $1`, [id]));
  }

  /** Inserts the tenant itself, to which its rows refer. Errors: `conflict` if its slug is in use. */
  async insertTenant(tx: Tx, tenant: IncomingTenant): Promise<void> {
    const { id, slug, name, plan, status, logoUri, color, settings, createdAt } = tenant;
    try {
      await tx.run(
        `INSERT INTO tenants.tenants (id, slug, name, plan, status, logo_uri, color, settings, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, slug, name, plan, status, logoUri, color, toJsonb(settings), createdAt],
      );
    } catch (cause) {
      if (databaseErrorCode(cause) !== UNIQUE_VIOLATION) throw cause;
      throw new AppError('conflict', `The slug "${slug}" is taken here; choose a different one with ?slug=.`, {
        cause,
      });
    }
  }

  /**
   * Inserts rows for a tenant that this transaction has created.
   * @param lines the rows as JSON, all with the same members.
   * Errors: `conflict` if a name that must be unique in the installation is in use; `unprocessable` for invalid rows.
   */
  async insert(tx: Tx, tenantId: string, table: string, lines: readonly string[]): Promise<void> {
    try {
      await tx.run('SELECT tenants.import_rows($1, $2, $3::jsonb)', [tenantId, table, `[${lines.join(',')}]`]);
    } catch (cause) {
      const code = databaseErrorCode(cause);
      if (code === UNIQUE_VIOLATION) {
        const message = `An id in ${table} that must be unique in this installation is taken, such as the client id of an app.`;
        throw new AppError('conflict', message, { cause });
      }
      if (ROWS_FAULT.test(code)) throw new AppError('unprocessable', `The rows of ${table} are not valid.`, { cause });
      throw cause;
    }
  }

  /** Asserts that imported rows are consistent with each other. Errors: `unprocessable`. */
  async assertSound(tx: Tx, tenantId: string, tables: Iterable<TenantTable>): Promise<void> {
    for (const { table, sound } of tables) {
      if (sound === undefined) continue;
      const row = await tx.maybeOne<{ sound: boolean | null }>(sound, [tenantId]);
      if (row?.sound !== true) {
        throw new AppError('unprocessable', `The rows of ${table} do not match the rows that they refer to.`);
      }
    }
  }

  /** Notifies processes and the audit log of the rows that this transaction has imported. */
  async follow(tx: Tx, changes: readonly Change[], events: readonly PlatformEvent[]): Promise<void> {
    await publishChanges(tx, changes);
    for (const event of events) await stagePlatformEvent(tx, event);
  }
}
