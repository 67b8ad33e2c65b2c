import type { Sql } from '../../../kernel/database/sql';

/** A worker that is not known to be gone. */
export interface LiveExecutor {
  readonly id: string;
  /** How often it has told that it lives. */
  readonly beats: number;
}

/** Tells that a worker lives. @returns all that do; none when this one is taken for dead. */
export function sendHeartbeat(sql: Sql, executorId: string): Promise<readonly LiveExecutor[]> {
  return sql.rows<LiveExecutor>('SELECT id, beats::float8 AS beats FROM jobs.beat($1)', [executorId]);
}
