import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** A piece of a log that is to be written. */
export interface LogPiece {
  readonly tenantId: string;
  readonly jobId: string;
  /** Of the run that writes it. */
  readonly fence: number;
  /** Number of its first line: how many there are before it. */
  readonly firstLine: number;
  readonly lines: number;
  /** At most `JOB_LIMITS.logChunkBytes`. */
  readonly content: Buffer;
}

export interface LogChunk {
  readonly firstLine: number;
  readonly content: Buffer;
}

/** How far a log is. */
export interface LogEnd {
  readonly lines: number;
  /** Whether the job has ended, so that nothing follows. */
  readonly isOver: boolean;
}

/** Logs of jobs: chunks of lines, and how many of these there are, which is written with the job. */
@Injectable()
export class LogsRepository {
  constructor(private readonly database: Database) {}

  /** Writes pieces of jobs of any tenants. @returns for each whether it is written; not when the job is another's by now. */
  async append(pieces: readonly LogPiece[]): Promise<readonly boolean[]> {
    const rows = await this.database
      .platform()
      .rows<{ is_there: boolean }>('SELECT is_there FROM jobs.append_logs($1, $2, $3, $4, $5, $6) AS is_there', [
        pieces.map(({ tenantId }) => tenantId),
        pieces.map(({ jobId }) => jobId),
        pieces.map(({ fence }) => fence),
        pieces.map(({ firstLine }) => firstLine),
        pieces.map(({ lines }) => lines),
        pieces.map(({ content }) => content),
      ]);
    return rows.map(({ is_there }) => is_there);
  }

  /** Where a log ends, for whoever goes on with it; `null` when there is no such job. */
  async size(tenantId: string, jobId: string): Promise<{ readonly lines: number; readonly bytes: number } | null> {
    const sql = `SELECT log_lines::float8 AS lines, log_bytes::float8 AS bytes FROM jobs.jobs
      WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<{ lines: number; bytes: number }>(sql, [tenantId, jobId]);
    return row ?? null;
  }

  /** `null` when there is no such job. */
  async end(tenantId: string, jobId: string): Promise<LogEnd | null> {
    const sql = `SELECT log_lines::float8 AS lines, place IS NULL AS "isOver" FROM jobs.jobs
      WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<LogEnd>(sql, [tenantId, jobId]);
    return row ?? null;
  }

  /** The same of many jobs of any tenants, by job; those that are no more are missing. */
  async ends(jobs: readonly { readonly tenantId: string; readonly jobId: string }[]): Promise<Map<string, LogEnd>> {
    const rows = await this.database
      .platform()
      .rows<LogEnd & { id: string }>(
        'SELECT id, lines::float8 AS lines, is_over AS "isOver" FROM jobs.log_ends($1, $2)',
        [jobs.map(({ tenantId }) => tenantId), jobs.map(({ jobId }) => jobId)],
      );
    return new Map(rows.map(({ id, lines, isOver }) => [id, { lines, isOver }]));
  }

  /** Chunks in order, at most so many, beginning with the one that has a line. */
  async chunks(tenantId: string, jobId: string, line: number, atMost: number): Promise<readonly LogChunk[]> {
    const sql = `SELECT first_line::float8 AS "firstLine", content FROM jobs.log_chunks
      WHERE tenant_id = $1 AND job_id = $2 AND first_line >= coalesce((
        SELECT max(first_line) FROM jobs.log_chunks WHERE tenant_id = $1 AND job_id = $2 AND first_line <= $3), 0)
      ORDER BY first_line LIMIT $4`;
    return this.database.tenant(tenantId).rows<LogChunk>(sql, [tenantId, jobId, line, atMost]);
  }
}
