import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { PreparedStatement, Tx } from '../../../kernel/database/sql';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { JobQuery } from '../contract/job-query.types';
import type { JobRequest } from '../contract/job-request.types';
import type { Principal } from '../../auth/contract/principal.types';
import type { Submitter } from '../../auth/contract/submitter';
import type { Job, JobEvent } from '../contract/job.types';
import { type EventRow, JOB, JOB_LIST, type JobRow, toEvent, toJob } from './job.row';

/** The data of a job to insert. */
export interface JobInsert {
  readonly tenantId: string;
  readonly id: string;
  readonly request: JobRequest;
  readonly submitter: Submitter;
  /** The authority under which the job runs. */
  readonly principal: Principal;
  readonly timeoutSeconds: number;
  readonly parentId: string | null;
  readonly depth: number;
  readonly scheduleId: string | null;
  readonly requeuedFrom: string | null;
}

/** A job to write, with the audit event of its submission. */
export interface NewJobRow {
  readonly job: JobInsert;
  readonly staged: StagedEvent;
  /** True when the worker that writes the job has reserved a slot for it. */
  readonly hasPlace: boolean;
  /** True when a run starts as soon as it is assigned. */
  readonly begins: boolean;
}

const SUBMIT: PreparedStatement = {
  name: 'jobs.submit',
  text: `SELECT ${JOB} FROM jobs.submit($1::jsonb, $2, $3)`,
};

/** Selects a job and all its descendants that have not ended. */
const OPEN_TREE = `WITH RECURSIVE tree (id, place) AS (
    SELECT id, place FROM jobs.jobs WHERE tenant_id = $1 AND id = $2
    UNION ALL
    SELECT j.id, j.place FROM tree JOIN jobs.jobs AS j ON j.tenant_id = $1 AND j.parent_id = tree.id
  ) SELECT id FROM tree WHERE place IS NOT NULL`;

/** The jobs of tenants. */
@Injectable()
export class JobsRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: JobQuery): Promise<CountedPage<Job>> {
    return JOB_LIST.page(this.database, tenantId, query, toJob);
  }

  async find(tenantId: string, id: string): Promise<Job | null> {
    const row = await this.row(tenantId, id);
    return row === null ? null : toJob(row);
  }

  async row(tenantId: string, id: string): Promise<JobRow | null> {
    const sql = `SELECT ${JOB} FROM jobs.jobs WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<JobRow>(sql, [tenantId, id]);
    return row ?? null;
  }

  async rowWithin(tx: Tx, tenantId: string, id: string): Promise<JobRow | null> {
    const row = await tx.maybeOne<JobRow>(`SELECT ${JOB} FROM jobs.jobs WHERE tenant_id = $1 AND id = $2`, [
      tenantId,
      id,
    ]);
    return row ?? null;
  }

  /** Returns true when a job has not ended. In that case, the job cannot end before the transaction ends. */
  async isOpen(tx: Tx, tenantId: string, id: string): Promise<boolean> {
    const sql = 'SELECT FROM jobs.jobs WHERE tenant_id = $1 AND id = $2 AND place IS NOT NULL FOR SHARE';
    const count = await tx.count(sql, [tenantId, id]);
    return count > 0;
  }

  /** Returns the row, locked until the transaction ends. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<JobRow | null> {
    const sql = `SELECT ${JOB} FROM jobs.jobs WHERE tenant_id = $1 AND id = $2 FOR UPDATE`;
    const row = await tx.maybeOne<JobRow>(sql, [tenantId, id]);
    return row ?? null;
  }

  /**
   * Inserts jobs, which can belong to different tenants, with their first events.
   * @param executorId the worker that has reserved slots for some of the jobs. These jobs are assigned to that worker, unless `perTenant`
   *   jobs of the tenant are running or other jobs of the tenant are waiting.
   * @returns the newly created jobs.
   */
  async insertAll(
    jobs: readonly NewJobRow[],
    executorId: string | null,
    perTenant: number,
  ): Promise<readonly JobRow[]> {
    return this.database.platform().rows<JobRow>(SUBMIT, [toJsonb(jobs.map(rowOf)), executorId, perTenant]);
  }

  /**
   * Writes one job in a transaction of its tenant.
   * @returns the job, or the existing job with this id.
   */
  async insertWithin(tx: Tx, job: NewJobRow): Promise<JobRow> {
    const row = await tx.maybeOne<JobRow>(SUBMIT, [toJsonb([rowOf(job)]), null, 0]);
    return row ?? this.there(tx, job.job);
  }

  /** Copies the inline files of an earlier job to the job that retries it, and links the two. */
  async link(tx: Tx, tenantId: string, from: string, to: string): Promise<void> {
    await tx.run(
      `INSERT INTO jobs.inputs (tenant_id, job_id, path, content)
       SELECT tenant_id, $3, path, content FROM jobs.inputs WHERE tenant_id = $1 AND job_id = $2`,
      [tenantId, from, to],
    );
    await tx.run('UPDATE jobs.jobs SET requeued_as = $3 WHERE tenant_id = $1 AND id = $2', [tenantId, from, to]);
  }

  /**
   * Cancels a job that has not ended, and its descendants.
   * @returns true when this call ended the job.
   */
  async cancel(tx: Tx, tenantId: string, id: string, reason: string): Promise<boolean> {
    let isEnded = false;
    for (;;) {
      const open = await tx.rows<{ readonly id: string }>(OPEN_TREE, [tenantId, id]);
      // The next round finds jobs that were added before their ancestors were locked. No job can be added below an ended job.
      if (open.length === 0 || !(isEnded || open.some((one) => one.id === id))) return isEnded;
      const outcomes = open.map((one) => {
        const why = one.id === id ? reason : `With ${id}.`;
        return { tenantId, id: one.id, fence: null, state: 'cancelled', reason: why, data: { reason: why } };
      });
      // Ends all jobs in one statement, because every writer that ends jobs must lock rows in the same order.
      const rows = await tx.rows<{ readonly id: string }>('SELECT id FROM jobs.conclude($1::jsonb)', [
        JSON.stringify(outcomes),
      ]);
      isEnded ||= rows.some((one) => one.id === id);
    }
  }

  /**
   * Makes a delayed job due.
   * @returns false when the job does not exist.
   */
  async wake(tenantId: string, id: string): Promise<boolean> {
    const sql = `WITH due AS (
        UPDATE jobs.jobs SET run_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2 AND place = 'delayed'
      ) SELECT FROM jobs.jobs WHERE tenant_id = $1 AND id = $2`;
    return (await this.database.tenant(tenantId).count(sql, [tenantId, id])) > 0;
  }

  /** Returns the events of a job after a given event, in order, up to a limit. */
  async events(tenantId: string, id: string, afterSeq: number, atMost: number): Promise<readonly JobEvent[]> {
    const sql = `SELECT seq, type, data, at FROM jobs.events
      WHERE tenant_id = $1 AND job_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`;
    const rows = await this.database.tenant(tenantId).rows<EventRow>(sql, [tenantId, id, afterSeq, atMost]);
    return rows.map((row) => toEvent(id, row));
  }

  /** Returns the watched jobs that have newer events, for all tenants. */
  async newer(
    watched: readonly { readonly tenantId: string; readonly id: string; readonly seq: number }[],
  ): Promise<ReadonlySet<string>> {
    const keys = JSON.stringify(watched.map(({ tenantId, id, seq }) => ({ tenantId, id, seq })));
    const rows = await this.database.platform().rows<{ id: string }>('SELECT id FROM jobs.newer($1::jsonb)', [keys]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Returns the number of a tenant's waiting jobs. Counting stops at a limit. */
  async waiting(tenantId: string, atMost: number): Promise<number> {
    const sql = `SELECT count(*)::int AS waiting FROM
      (SELECT FROM jobs.jobs WHERE tenant_id = $1 AND state = 'pending' LIMIT $2) AS counted`;
    const row = await this.database.tenant(tenantId).maybeOne<{ waiting: number }>(sql, [tenantId, atMost]);
    return row?.waiting ?? 0;
  }

  /** Returns the types and kinds (`null` for any kind) that workers with a heartbeat within this many seconds accept. */
  async taken(withinSeconds: number): Promise<readonly { readonly type: string; readonly kind: string | null }[]> {
    return this.database.platform().rows('SELECT type, kind FROM jobs.takes($1)', [withinSeconds]);
  }

  /** Returns the inline files of a job, by path. */
  async files(tenantId: string, id: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const sql = 'SELECT path, content FROM jobs.inputs WHERE tenant_id = $1 AND job_id = $2 ORDER BY path';
    const rows = await this.database.tenant(tenantId).rows<{ path: string; content: Buffer }>(sql, [tenantId, id]);
    return new Map(rows.map(({ path, content }) => [path, content]));
  }

  /** Records the names of the secrets that a run received. */
  async noteSecrets(tenantId: string, id: string, fence: number, names: readonly string[]): Promise<void> {
    const sql = 'UPDATE jobs.jobs SET secret_names = $4 WHERE tenant_id = $1 AND id = $2 AND fence = $3';
    await this.database.tenant(tenantId).run(sql, [tenantId, id, fence, [...names]]);
  }

  private async there(tx: Tx, { tenantId, id }: JobInsert): Promise<JobRow> {
    const row = await this.lock(tx, tenantId, id);
    if (row === null) throw new Error('A job could not be written and does not exist.');
    return row;
  }
}

/** Converts a job to the input of `jobs.submit`. */
function rowOf({ job, staged, hasPlace, begins }: NewJobRow): object {
  const { tenantId, id, request, timeoutSeconds, submitter, principal } = job;
  const { parentId, depth, scheduleId, requeuedFrom } = job;
  const { type, kind, image, input, files, userId, priority, delaySeconds, ...rest } = request;
  const contents: Record<string, string> = {};
  for (const [path, content] of Object.entries(files)) contents[path] = Buffer.from(content).toString('base64');
  return {
    ...{ tenantId, id, type, kind, image, request: rest, input, files: contents, userId, priority },
    ...{ delaySeconds, timeoutSeconds, maxAttempts: rest.retry.maxAttempts, submitter, principal },
    ...{ parentId, depth, scheduleId, requeuedFrom, hasPlace, begins },
    staged: { id: staged.id, topic: staged.topic, payload: staged.payload },
  };
}
