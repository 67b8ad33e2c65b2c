import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { FlagChange, ScheduledChange, ScheduledChangeSummary } from '../contract/flags-admin.types';
import { lockFlagsOf } from './tenant-lock';

/** The number of completed changes that are kept per tenant, so that they can be read. */
const KEPT_DONE = 100;

const STATE = `id, at, status, version, error, created_by AS "createdBy", created_by_type AS "createdByType",
  created_at AS "createdAt", done_at AS "doneAt"`;
const COLUMNS = `${STATE}, change`;

/** Truncated to milliseconds, as in cursors. */
const AT = `date_trunc('milliseconds', at)`;

type RowOf<T> = Omit<T, 'at' | 'createdAt' | 'doneAt'> & {
  readonly at: Date;
  readonly createdAt: Date;
  readonly doneAt: Date | null;
};
type Row = RowOf<ScheduledChange>;

/** A change to schedule. */
type NewChange = Pick<ScheduledChange, 'id' | 'at' | 'createdBy' | 'createdByType'> & { readonly change: FlagChange };

@Injectable()
export class ScheduledChangesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds a change.
   * @returns `null` if the tenant already has `maxPending`.
   */
  async insert(
    tx: Tx,
    tenantId: string,
    made: NewChange,
    maxPending: number,
    event: StagedEvent,
  ): Promise<ScheduledChange | null> {
    // Ensures that concurrent inserts see each other in the count.
    await lockFlagsOf(tx, tenantId);
    const rows = await tx.rows<Row>(
      `INSERT INTO flags.scheduled (tenant_id, id, at, change, status, created_by, created_by_type)
         SELECT $1, $2, $3, $4::jsonb, 'pending', $5, $6
         WHERE (SELECT count(*) FROM flags.scheduled WHERE tenant_id = $1 AND status = 'pending') < $7
         RETURNING ${COLUMNS}`,
      [tenantId, made.id, made.at, toJsonb(made.change), made.createdBy, made.createdByType, maxPending],
    );
    const [row] = rows;
    if (!row) return null;
    await stageEvent(tx, event);
    return withTimes(row);
  }

  /** Returns stored changes in order of time, after a position (`null` to start with the first change), without flags and documents. */
  async page(
    tenantId: string,
    after: Pick<ScheduledChange, 'at' | 'id'> | null,
    limit: number,
  ): Promise<ScheduledChangeSummary[]> {
    const rows = await this.database.tenant(tenantId).rows<RowOf<ScheduledChangeSummary>>(
      `SELECT ${STATE}, change - 'flag' - 'document' AS change FROM flags.scheduled
       WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR (${AT}, id) > ($2::timestamptz, $3))
       ORDER BY ${AT}, id LIMIT $4`,
      [tenantId, after?.at ?? null, after?.id ?? '', limit],
    );
    return rows.map(withTimes);
  }

  /** Returns a change with the document or flag that it sets, or `null` if the change does not exist. */
  async find(tenantId: string, id: string): Promise<ScheduledChange | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<Row>(`SELECT ${COLUMNS} FROM flags.scheduled WHERE tenant_id = $1 AND id = $2`, [tenantId, id]);
    return row ? withTimes(row) : null;
  }

  /**
   * Cancels a pending change.
   * @returns the previous status: `pending` if the change was canceled, or `null` if it does not exist.
   */
  async cancel(tenantId: string, id: string, event: StagedEvent): Promise<ScheduledChange['status'] | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const status = (await this.lock(tx, tenantId, id))?.status ?? null;
      if (status !== 'pending') return status;
      await tx.run('DELETE FROM flags.scheduled WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
      await stageEvent(tx, event);
      return status;
    });
  }

  /**
   * Locks a change until this transaction ends, so that no other process can apply or cancel it. Returns `null` if the change does not
   * exist.
   */
  async lock(tx: Tx, tenantId: string, id: string): Promise<ScheduledChange | null> {
    const row = await tx.maybeOne<Row>(
      `SELECT ${COLUMNS} FROM flags.scheduled WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tenantId, id],
    );
    return row ? withTimes(row) : null;
  }

  /** Records the outcome of a change, and deletes the oldest completed changes. */
  async finish(
    tx: Tx,
    tenantId: string,
    id: string,
    end: { readonly version: number } | { readonly error: string },
  ): Promise<void> {
    const version = 'version' in end ? end.version : null;
    const error = 'error' in end ? end.error : null;
    await tx.run(
      `UPDATE flags.scheduled SET status = $3, version = $4, error = $5, done_at = now() WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, error === null ? 'applied' : 'failed', version, error],
    );
    await tx.run(
      `DELETE FROM flags.scheduled WHERE tenant_id = $1 AND id IN (
         SELECT id FROM flags.scheduled WHERE tenant_id = $1 AND status <> 'pending'
         ORDER BY done_at DESC, id DESC OFFSET $2)`,
      [tenantId, KEPT_DONE],
    );
  }

  /** Returns all tenants' changes that are due according to the database's clock. */
  async due(atMost: number): Promise<readonly { readonly tenantId: string; readonly id: string }[]> {
    return this.database.platform().rows('SELECT tenant_id AS "tenantId", id FROM flags.due($1)', [atMost]);
  }
}

function withTimes<T extends RowOf<unknown>>(
  row: T,
): Omit<T, 'at' | 'createdAt' | 'doneAt'> & Pick<ScheduledChange, 'at' | 'createdAt' | 'doneAt'> {
  return {
    ...row,
    at: row.at.toISOString(),
    createdAt: row.createdAt.toISOString(),
    doneAt: row.doneAt?.toISOString() ?? null,
  };
}
