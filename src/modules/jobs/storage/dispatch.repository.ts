import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { JobType } from '../contract/job.types';
import type { PreparedStatement } from '../../../kernel/database/sql';
import { JOB, type JobRow } from './job.row';

/** The free slots of a worker, by job type. */
export type WorkerSlots = Partial<Record<JobType, SlotsOfType>>;

export interface SlotsOfType {
  readonly places: number;
  /** True when a run starts as soon as its job is assigned. */
  readonly begins: boolean;
  /** The maximum number of this worker's slots per tenant, and the number of slots that each tenant already uses. */
  readonly most: number;
  readonly taken: Readonly<Record<string, number>>;
}

/** Identifies the run that is allowed to write for a job. */
export interface RunKey {
  readonly tenantId: string;
  readonly id: string;
  readonly fence: number;
}

/** A report of a run. */
export type RunReport = RunKey &
  (
    | { readonly kind: 'started'; readonly node?: string | undefined }
    | {
        readonly kind: 'progress';
        readonly percent: number | null;
        readonly stage: string | null;
        readonly detail: unknown;
      }
    | { readonly kind: 'pause'; readonly waitMs: number }
    | {
        readonly kind: 'retry';
        readonly code: string;
        readonly error: string;
        readonly exitCode: number | null;
        readonly waitMs: number;
      }
  );

/** The end of a job, as reported by its run. */
export interface RunEnd extends RunKey {
  readonly state: 'succeeded' | 'failed';
  readonly result?: unknown;
  readonly exitCode: number | null;
  readonly errorCode?: string;
  readonly error?: string;
  /** The data of the final event. */
  readonly data: object;
}

/** A worker's request for jobs. */
export interface ClaimRequest {
  readonly executorId: string;
  readonly protocol: number;
  readonly free: WorkerSlots;
  /** The maximum number of a tenant's running jobs, across all workers. */
  readonly perTenant: number;
  /** The tenant at which the last poll ended, and the number of tenants that one poll visits. */
  readonly afterTenant: string;
  readonly lookAt: number;
}

/** A job, or a row without a job that indicates where the poll ended. */
type TakenRow = (JobRow | { readonly [Column in keyof JobRow]: null }) & { readonly looked_up_to: string | null };

const TAKE: PreparedStatement = {
  name: 'jobs.take',
  text: `SELECT ${JOB}, looked_up_to
    FROM (SELECT (t.job).*, t.looked_up_to FROM jobs.take($1, $2, $3::jsonb, $4, $5, $6) AS t) AS taken`,
};

const FINISH: PreparedStatement = {
  name: 'jobs.finish',
  text: 'SELECT jobs.finish($1::jsonb, $2::text[]) AS is_more',
};

/** Assigns jobs of all tenants to workers. */
@Injectable()
export class DispatchRepository {
  constructor(private readonly database: Database) {}

  /**
   * Assigns jobs to a worker for its free slots.
   * @returns the jobs and `lookedUpTo`, the last tenant that the poll visited, or `null` if the jobs come from lost workers or no job is
   *   waiting.
   */
  async take(order: ClaimRequest): Promise<{ readonly jobs: readonly JobRow[]; readonly lookedUpTo: string | null }> {
    const { executorId, protocol, free, perTenant, afterTenant, lookAt } = order;
    const values = [executorId, protocol, JSON.stringify(free), perTenant, afterTenant, lookAt];
    const rows = await this.database.platform().rows<TakenRow>(TAKE, values);
    const jobs = rows.filter((row) => row.id !== null);
    return { jobs, lookedUpTo: rows[0]?.looked_up_to ?? null };
  }

  /** Returns the jobs that these runs still own. */
  async jobsOf(runs: readonly RunKey[]): Promise<readonly JobRow[]> {
    return this.database.platform().rows<JobRow>(`SELECT ${JOB} FROM jobs.of_runs($1::jsonb)`, [keysOf(runs)]);
  }

  /** Returns the runs assigned to a worker. */
  async heldBy(executorId: string): Promise<readonly RunKey[]> {
    const sql = 'SELECT tenant_id AS "tenantId", id, fence FROM jobs.held_by($1)';
    return this.database.platform().rows<RunKey>(sql, [executorId]);
  }

  /** Returns the runs that must end. */
  async stopped(
    runs: readonly RunKey[],
  ): Promise<readonly { readonly id: string; readonly fence: number; readonly is_over: boolean }[]> {
    return this.database.platform().rows('SELECT id, fence, is_over FROM jobs.stopped($1::jsonb)', [keysOf(runs)]);
  }

  async report(reports: readonly RunReport[], mostProgressEvents: number): Promise<void> {
    await this.database.platform().run('SELECT jobs.report($1::jsonb, $2)', [toJsonb(reports), mostProgressEvents]);
  }

  /**
   * Ends jobs that ran.
   * @returns true when a job of one of these types is waiting.
   */
  async finish(ends: readonly RunEnd[], types: readonly JobType[]): Promise<boolean> {
    const row = await this.database.platform().one<{ is_more: boolean }>(FINISH, [toJsonb(ends), types]);
    return row.is_more;
  }
}

function keysOf(runs: readonly RunKey[]): string {
  return JSON.stringify(runs.map(({ tenantId, id, fence }) => ({ tenantId, id, fence })));
}
