import type { JobErrorCode, JobState } from '../../src/modules/jobs/contract/job.types';
import { encodeLine } from '../../src/modules/jobs/domain/log-format';
import { queryAs } from './test-database';

/** Advances jobs step by step as a worker does, for tests without a worker. */
export class JobSteps {
  constructor(private readonly adminUrl: string) {}

  /** Registers a worker that accepts jobs of all types. */
  async takeAll(): Promise<void> {
    await queryAs(
      this.adminUrl,
      `INSERT INTO jobs.executors (id, node, protocol, takes)
       VALUES ('exe-steps', 'here', 0, '{"skill": null, "workflow": null, "sync": null, "container": null}')
       ON CONFLICT DO NOTHING`,
    );
  }

  /** Assigns the job to a worker and starts it. @returns the fence of the run. */
  async start(id: string): Promise<number> {
    const [row] = await queryAs<{ fence: number }>(
      this.adminUrl,
      `WITH held AS (
         UPDATE jobs.jobs SET place = 'held', state = 'running', fence = fence + 1, executor_id = 'exe-steps',
           attempt = greatest(attempt, 1), started_at = coalesce(started_at, clock_timestamp()), last_event = last_event + 2
         WHERE id = $1 AND place IS NOT NULL RETURNING *
       ), told AS (
         INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
         SELECT tenant_id, id, last_event - 1, 'scheduled', '{"node": "exe-steps", "attempt": 1}'::jsonb FROM held
         UNION ALL SELECT tenant_id, id, last_event, 'started', '{}'::jsonb FROM held
       ) SELECT fence FROM held`,
      [id],
    );
    if (!row) throw new Error('There is no such job, or it has ended.');
    return row.fence;
  }

  async progress(id: string, percent: number, stage = 'step'): Promise<void> {
    const data = { stage, percent, detail: { percent } };
    await queryAs(
      this.adminUrl,
      `WITH told AS (
         UPDATE jobs.jobs SET progress = $2, stage = $3, last_event = last_event + 1 WHERE id = $1 RETURNING *
       ) INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
       SELECT tenant_id, id, last_event, 'progress', $4::jsonb FROM told`,
      [id, percent, stage, JSON.stringify(data)],
    );
  }

  /** Writes a line that a run has logged, once. */
  async log(id: string, text: string): Promise<void> {
    await queryAs(
      this.adminUrl,
      `WITH told AS (UPDATE jobs.jobs SET log_lines = 1, log_bytes = octet_length($2::bytea) WHERE id = $1 RETURNING *)
       INSERT INTO jobs.log_chunks (tenant_id, job_id, first_line, lines, content) SELECT tenant_id, id, 0, 1, $2::bytea FROM told`,
      [id, encodeLine('stdout', Date.now(), text)],
    );
  }

  async end(
    id: string,
    state: Extract<JobState, 'succeeded' | 'failed'>,
    { result = null, error = '' }: { readonly result?: unknown; readonly error?: string } = {},
  ): Promise<void> {
    const errorCode: JobErrorCode = 'failed';
    const exitCode = state === 'succeeded' ? 0 : 1;
    const data =
      state === 'succeeded' ? { exitCode, outputUri: '' } : { exitCode, error: { code: errorCode, message: error } };
    await queryAs(
      this.adminUrl,
      `SELECT c.id FROM jobs.jobs AS j, jobs.conclude(jsonb_build_array(jsonb_build_object('tenantId', j.tenant_id,
         'id', j.id) || $2::jsonb)) AS c WHERE j.id = $1`,
      [id, JSON.stringify({ state, result, exitCode, errorCode, error, data })],
    );
  }
}
