import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../kernel/database/database';
import type { JobRequest } from '../contract/job-request.types';
import type { Submitter } from './job.row';

/** A schedule of which a tick is due. */
export interface DueSchedule {
  readonly id: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly request: JobRequest;
  readonly submitted_by: Submitter;
  readonly next_at: Date;
  /** The store's clock: Unix milliseconds. */
  readonly now_ms: number;
}

/** The ticks of all tenants' schedules. */
@Injectable()
export class ScheduleTicksRepository {
  constructor(private readonly database: Database) {}

  async due(atMost: number): Promise<readonly { readonly tenant_id: string; readonly id: string }[]> {
    return this.database.query('SELECT tenant_id, id FROM jobs.due_schedules($1)', [atMost]);
  }

  /** A schedule that is due, held until the transaction ends; `null` when it is not, or is another's who is faster. */
  async hold(tx: Tx, tenantId: string, id: string): Promise<DueSchedule | null> {
    const [row]: DueSchedule[] = await tx.query(
      `SELECT id, cron, time_zone, request, submitted_by, next_at, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms
       FROM jobs.schedules WHERE tenant_id = $1 AND id = $2 AND next_at <= clock_timestamp() FOR UPDATE SKIP LOCKED`,
      [tenantId, id],
    );
    return row ?? null;
  }

  /** @param jobId what was handed in; `null` when it was refused. @param nextMs Unix milliseconds of the next tick. */
  async move(tx: Tx, tenantId: string, id: string, jobId: string | null, nextMs: number | null): Promise<void> {
    await tx.query(
      `UPDATE jobs.schedules SET last_at = next_at, last_job_id = coalesce($3, last_job_id),
         next_at = to_timestamp($4::double precision / 1000)
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, jobId, nextMs],
    );
  }

  /** Runs `work` in one transaction of a tenant. */
  transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }
}
