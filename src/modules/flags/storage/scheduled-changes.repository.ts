import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import type { FlagChange, ScheduledChange } from '../contract/flags-admin.types';

/** Done changes kept per tenant, to be looked at. */
const KEPT_DONE = 100;

const COLUMNS = `id, at, change, status, version, error, created_by AS "createdBy", created_at AS "createdAt",
  done_at AS "doneAt"`;

type Row = Omit<ScheduledChange, 'at' | 'createdAt' | 'doneAt'> & {
  readonly at: Date;
  readonly createdAt: Date;
  readonly doneAt: Date | null;
};

@Injectable()
export class ScheduledChangesRepository {
  constructor(private readonly database: Database) {}

  /** Adds a change, unless the tenant has `maxPending` already. @returns `null` then. */
  async insert(
    tenantId: string,
    made: { readonly id: string; readonly at: string; readonly change: FlagChange; readonly createdBy: string },
    maxPending: number,
    event: StagedEvent,
  ): Promise<ScheduledChange | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const rows = await tx.query<Row[]>(
        `INSERT INTO flags.scheduled (tenant_id, id, at, change, status, created_by)
         SELECT $1, $2, $3, $4::jsonb, 'pending', $5
         WHERE (SELECT count(*) FROM flags.scheduled WHERE tenant_id = $1 AND status = 'pending') < $6
         RETURNING ${COLUMNS}`,
        [tenantId, made.id, made.at, toJsonb(made.change), made.createdBy, maxPending],
      );
      const [row] = rows;
      if (!row) return null;
      await stageEvent(tx, event);
      return toScheduled(row);
    });
  }

  /** All that are kept, by time. */
  async list(tenantId: string): Promise<ScheduledChange[]> {
    const rows = await this.database.tenantQuery<Row>(
      tenantId,
      `SELECT ${COLUMNS} FROM flags.scheduled WHERE tenant_id = $1 ORDER BY at, id`,
      [tenantId],
    );
    return rows.map(toScheduled);
  }

  /** Forgets a pending change. @returns its status: `pending` when it was forgotten, `null` when there is none. */
  async cancel(tenantId: string, id: string, event: StagedEvent): Promise<ScheduledChange['status'] | null> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const status = (await this.lock(tx, tenantId, id))?.status ?? null;
      if (status !== 'pending') return status;
      await tx.query('DELETE FROM flags.scheduled WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
      await stageEvent(tx, event);
      return status;
    });
  }

  /** A change, that nobody else makes or cancels until this transaction ends; `null` when there is none. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<ScheduledChange | null> {
    const [row] = await tx.query<Row[]>(
      `SELECT ${COLUMNS} FROM flags.scheduled WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tenantId, id],
    );
    return row ? toScheduled(row) : null;
  }

  /** Says how a change ended, and forgets the oldest of those that are done. */
  async finish(
    tx: Tx,
    tenantId: string,
    id: string,
    end: { readonly version: number } | { readonly error: string },
  ): Promise<void> {
    const version = 'version' in end ? end.version : null;
    const error = 'error' in end ? end.error : null;
    await tx.query(
      `UPDATE flags.scheduled SET status = $3, version = $4, error = $5, done_at = now() WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, error === null ? 'applied' : 'failed', version, error],
    );
    await tx.query(
      `DELETE FROM flags.scheduled WHERE tenant_id = $1 AND id IN (
         SELECT id FROM flags.scheduled WHERE tenant_id = $1 AND status <> 'pending'
         ORDER BY done_at DESC, id DESC OFFSET $2)`,
      [tenantId, KEPT_DONE],
    );
  }

  /** The changes of any tenants that are due by the store's clock. */
  async due(atMost: number): Promise<readonly { readonly tenantId: string; readonly id: string }[]> {
    return this.database.query('SELECT tenant_id AS "tenantId", id FROM flags.due($1)', [atMost]);
  }
}

function toScheduled(row: Row): ScheduledChange {
  return {
    ...row,
    at: row.at.toISOString(),
    createdAt: row.createdAt.toISOString(),
    doneAt: row.doneAt?.toISOString() ?? null,
  };
}
