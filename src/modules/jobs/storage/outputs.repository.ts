import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';

export interface OutputRow {
  readonly key: string;
  /** The id of the object that contains the file's bytes. */
  readonly object: string;
  readonly sizeBytes: number;
  readonly sha256: Buffer;
  readonly contentType: string;
}

/** The run that stores a file. */
interface Leaver {
  readonly tenantId: string;
  readonly jobId: string;
  readonly fence: number;
}

/** The totals of a job's output so far. */
export interface OutputTotals {
  readonly files: number;
  readonly bytes: number;
}

const TOTALS = `SELECT count(*)::int AS files, coalesce(sum(size_bytes), 0)::float8 AS bytes FROM jobs.outputs
  WHERE tenant_id = $1 AND job_id = $2 AND key <> $3`;

/** The output files of jobs. Their bytes are stored with the tenant's files. */
@Injectable()
export class OutputsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the totals of a job, excluding the file with the given key, because that file is about to be replaced. */
  async totals(tenantId: string, jobId: string, without: string): Promise<OutputTotals> {
    const totals = await this.database.tenant(tenantId).maybeOne<OutputTotals>(TOTALS, [tenantId, jobId, without]);
    return totals ?? { files: 0, bytes: 0 };
  }

  /**
   * Records a file and replaces an earlier file with the same key, if the run still owns the job and the job stays within its limits.
   * @returns the object that had the key before, or `null` if there was none; or the reason why the file is not recorded.
   */
  async put({ tenantId, jobId, fence }: Leaver, output: OutputRow, most: OutputTotals): Promise<Put> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const count = await tx.count(
        `SELECT id FROM jobs.jobs WHERE tenant_id = $1 AND id = $2 AND fence = $3 AND place = 'held' FOR UPDATE`,
        [tenantId, jobId, fence],
      );
      if (count === 0) return 'lost';
      const { key, object, sizeBytes, sha256, contentType } = output;
      const totals = await tx.maybeOne<OutputTotals>(TOTALS, [tenantId, jobId, key]);
      if (totals === undefined || totals.files >= most.files || totals.bytes + sizeBytes > most.bytes) return 'full';
      const before = await tx.maybeOne<{ object: string }>(
        'SELECT object FROM jobs.outputs WHERE tenant_id = $1 AND job_id = $2 AND key = $3',
        [tenantId, jobId, key],
      );
      await tx.run(
        `INSERT INTO jobs.outputs (tenant_id, job_id, key, object, size_bytes, sha256, content_type)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id, job_id, key) DO UPDATE SET object = excluded.object, size_bytes = excluded.size_bytes,
           sha256 = excluded.sha256, content_type = excluded.content_type, created_at = clock_timestamp()`,
        [tenantId, jobId, key, object, sizeBytes, sha256, contentType],
      );
      return { replaced: before?.object ?? null };
    });
  }

  /** Returns all files of a job, sorted by key. */
  async list(tenantId: string, jobId: string): Promise<readonly OutputRow[]> {
    const sql = `SELECT key, object, size_bytes::float8 AS "sizeBytes", sha256, content_type AS "contentType"
      FROM jobs.outputs WHERE tenant_id = $1 AND job_id = $2 ORDER BY key`;
    return this.database.tenant(tenantId).rows<OutputRow>(sql, [tenantId, jobId]);
  }
}

export type Put = { readonly replaced: string | null } | 'lost' | 'full';
