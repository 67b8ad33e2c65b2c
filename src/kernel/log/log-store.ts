import type { Database } from '../database/database';
import type { LogPosition } from './log-position';
import type { Waiting } from './log-watch';

/** The place behind everything that can never change any more, now; the same in every log of the store. */
export async function endOfLogs(database: Database): Promise<LogPosition> {
  const row = await database.platform().one<{
    horizon: string;
    now: number;
  }>(`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
       floor(extract(epoch FROM statement_timestamp()))::float8 AS now`);
  return { xid: BigInt(row.horizon), seq: 0n, atSeconds: row.now };
}

/**
 * Of the tenants that are waited for, those whose log has gone on.
 * @param moved a function of the log's schema: of tenants, transaction ids and numbers, and of Unix seconds where it takes
 *   `$4`, such as `events.moved($1, $2, $3, $4)`.
 */
export async function movedLogs(
  database: Database,
  moved: string,
  waiting: readonly Waiting[],
): Promise<ReadonlySet<string>> {
  const columns = [
    waiting.map(({ tenantId }) => tenantId),
    waiting.map(({ after }) => after.xid.toString()),
    waiting.map(({ after }) => after.seq.toString()),
    ...(moved.includes('$4') ? [waiting.map(({ after }) => after.atSeconds)] : []),
  ];
  const row = await database.platform().maybeOne<{ moved: string[] }>(`SELECT ${moved} AS moved`, columns);
  return new Set(row?.moved ?? []);
}
