import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

/** A piece of a log to write. */
export interface LogPiece {
  readonly tenantId: string;
  readonly jobId: string;
  /** The fence of the run that writes it. */
  readonly fence: number;
  /** The number of the piece's first line, which equals the number of previous lines. */
  readonly firstLine: number;
  readonly lines: number;
  /** The encoded lines, at most `JOB_LIMITS.logChunkBytes`. */
  readonly content: Buffer;
}

export interface LogChunk {
  readonly firstLine: number;
  readonly content: Buffer;
}

/** The current end of a log. */
export interface LogEnd {
  readonly lines: number;
  /** True when the job has ended, so no more lines follow. */
  readonly isOver: boolean;
}

/** The logs of jobs: chunks of lines, and a line count that is stored with the job. */
@Injectable()
export class LogsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Appends log pieces of jobs, which can belong to different tenants.
   * @returns for each piece: true when it was written, false when the job has moved to another worker.
   */
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

  /** Returns the size of a log, for a writer that continues it; `null` when the job does not exist. */
  async size(tenantId: string, jobId: string): Promise<{ readonly lines: number; readonly bytes: number } | null> {
    const sql = `SELECT log_lines::float8 AS lines, log_bytes::float8 AS bytes FROM jobs.jobs
      WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<{ lines: number; bytes: number }>(sql, [tenantId, jobId]);
    return row ?? null;
  }

  /** Returns the end of a log; `null` when the job does not exist. */
  async end(tenantId: string, jobId: string): Promise<LogEnd | null> {
    const sql = `SELECT log_lines::float8 AS lines, place IS NULL AS "isOver" FROM jobs.jobs
      WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<LogEnd>(sql, [tenantId, jobId]);
    return row ?? null;
  }

  /** Returns the log ends of many jobs, which can belong to different tenants, by job id. Jobs that no longer exist are left out. */
  async ends(jobs: readonly { readonly tenantId: string; readonly jobId: string }[]): Promise<Map<string, LogEnd>> {
    const rows = await this.database
      .platform()
      .rows<LogEnd & { id: string }>(
        'SELECT id, lines::float8 AS lines, is_over AS "isOver" FROM jobs.log_ends($1, $2)',
        [jobs.map(({ tenantId }) => tenantId), jobs.map(({ jobId }) => jobId)],
      );
    return new Map(rows.map(({ id, lines, isOver }) => [id, { lines, isOver }]));
  }

  /** Returns chunks in order, up to a limit, beginning with the chunk that contains the line. */
  async chunks(tenantId: string, jobId: string, line: number, atMost: number): Promise<readonly LogChunk[]> {
    const sql = `SELECT first_line::float8 AS "firstLine", content FROM jobs.log_chunks
      WHERE tenant_id = $1 AND job_id = $2 AND first_line >= coalesce((
        SELECT max(first_line) FROM jobs.log_chunks WHERE tenant_id = $1 AND job_id = $2 AND first_line <= $3), 0)
      ORDER BY first_line LIMIT $4`;
    return this.database.tenant(tenantId).rows<LogChunk>(sql, [tenantId, jobId, line, atMost]);
  }
}
