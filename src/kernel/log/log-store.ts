import type { Database } from '../database/database';
import type { Waiting } from './log-watch';

/**
 * Returns the tenants whose log has grown beyond the number at which a reader waits.
 * @param moved a function in the log's schema that takes tenants and numbers, such as `events.moved_past($1, $2)`.
 */
export async function movedLogs(
  database: Database,
  moved: string,
  waiting: readonly Waiting[],
): Promise<ReadonlySet<string>> {
  const row = await database.platform().maybeOne<{
    moved: string[];
  }>(`SELECT ${moved} AS moved`, [waiting.map(({ tenantId }) => tenantId), waiting.map(({ after }) => after)]);
  return new Set(row?.moved ?? []);
}
