import type { Sql } from '../../../kernel/database/sql';

/** A worker that has not been declared dead. */
export interface LiveExecutor {
  readonly id: string;
  /** The number of the worker's heartbeats. */
  readonly beats: number;
}

/** Sends a heartbeat. @returns all live workers; an empty list if this worker has been declared dead. */
export function sendHeartbeat(sql: Sql, executorId: string): Promise<readonly LiveExecutor[]> {
  return sql.rows<LiveExecutor>('SELECT id, beats::float8 AS beats FROM jobs.beat($1)', [executorId]);
}
