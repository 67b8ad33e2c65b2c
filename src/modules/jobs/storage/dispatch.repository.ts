import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { JobType } from '../contract/job.types';
import type { PreparedStatement } from '../../../kernel/database/sql';
import { JOB, type JobRow } from './job.row';

/** Free places of a worker. */
export type FreePlaces = Partial<Record<JobType, FreePlacesOfType>>;

export interface FreePlacesOfType {
  readonly places: number;
  /** True when a run begins as it is given. */
  readonly begins: boolean;
  /** Places of this worker that one tenant may have, and how many each has already. */
  readonly most: number;
  readonly taken: Readonly<Record<string, number>>;
}

/** A run by which it is known who may write for a job. */
export interface RunKey {
  readonly tenantId: string;
  readonly id: string;
  readonly fence: number;
}

/** What a run tells. */
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

/** How a run ends its job. */
export interface RunEnd extends RunKey {
  readonly state: 'succeeded' | 'failed';
  readonly result?: unknown;
  readonly exitCode: number | null;
  readonly errorCode?: string;
  readonly error?: string;
  /** What the event tells. */
  readonly data: object;
}

/** An order of a worker for jobs. */
export interface TakeOrder {
  readonly executorId: string;
  readonly protocol: number;
  readonly free: FreePlaces;
  /** Most jobs that a tenant may have running, over all workers. */
  readonly perTenant: number;
  /** Where the look before has ended, and how many tenants one goes to. */
  readonly afterTenant: string;
  readonly lookAt: number;
}

/** A job, or a row without one: where the look has ended. */
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

/** What workers have of the jobs of all tenants. */
@Injectable()
export class DispatchRepository {
  constructor(private readonly database: Database) {}

  /**
   * Gives a worker jobs for its free places. @returns in `lookedUpTo` the tenant that the look has ended with; `null` when the jobs
   * are those of workers that are gone, or none waits.
   */
  async take(order: TakeOrder): Promise<{ readonly jobs: readonly JobRow[]; readonly lookedUpTo: string | null }> {
    const { executorId, protocol, free, perTenant, afterTenant, lookAt } = order;
    const values = [executorId, protocol, JSON.stringify(free), perTenant, afterTenant, lookAt];
    const rows = await this.database.platform().rows<TakenRow>(TAKE, values);
    const jobs = rows.filter((row) => row.id !== null);
    return { jobs, lookedUpTo: rows[0]?.looked_up_to ?? null };
  }

  /** The jobs of runs that are still theirs. */
  async jobsOf(runs: readonly RunKey[]): Promise<readonly JobRow[]> {
    return this.database.platform().rows<JobRow>(`SELECT ${JOB} FROM jobs.of_runs($1::jsonb)`, [keysOf(runs)]);
  }

  /** Runs of what a worker holds. */
  async heldBy(executorId: string): Promise<readonly RunKey[]> {
    const sql = 'SELECT tenant_id AS "tenantId", id, fence FROM jobs.held_by($1)';
    return this.database.platform().rows<RunKey>(sql, [executorId]);
  }

  /** Those of these runs that are to end. */
  async stopped(
    runs: readonly RunKey[],
  ): Promise<readonly { readonly id: string; readonly fence: number; readonly is_over: boolean }[]> {
    return this.database.platform().rows('SELECT id, fence, is_over FROM jobs.stopped($1::jsonb)', [keysOf(runs)]);
  }

  async report(reports: readonly RunReport[], mostProgressEvents: number): Promise<void> {
    await this.database.platform().run('SELECT jobs.report($1::jsonb, $2)', [toJsonb(reports), mostProgressEvents]);
  }

  /** Ends jobs that ran. @returns whether any of these types waits. */
  async finish(ends: readonly RunEnd[], types: readonly JobType[]): Promise<boolean> {
    const row = await this.database.platform().one<{ is_more: boolean }>(FINISH, [toJsonb(ends), types]);
    return row.is_more;
  }
}

function keysOf(runs: readonly RunKey[]): string {
  return JSON.stringify(runs.map(({ tenantId, id, fence }) => ({ tenantId, id, fence })));
}
