import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { JOB, type JobRow } from './job.row';

/** The open jobs and schedules of all tenants, for authority checks. */
@Injectable()
export class AuthorizedWorkRepository {
  constructor(private readonly database: Database) {}

  /** Claims running and waiting jobs whose last check is older than these limits. */
  jobs(runningSeconds: number, waitingSeconds: number, atMost: number): Promise<readonly JobRow[]> {
    const sql = `SELECT ${JOB} FROM jobs.claim_standing_jobs($1, $2, $3)`;
    return this.database.platform().rows<JobRow>(sql, [runningSeconds, waitingSeconds, atMost]);
  }

  /** Claims schedules whose last check is older than this limit. */
  schedules(
    waitingSeconds: number,
    atMost: number,
  ): Promise<readonly { readonly tenant_id: string; readonly id: string }[]> {
    return this.database
      .platform()
      .rows('SELECT tenant_id, id FROM jobs.claim_standing_schedules($1, $2)', [waitingSeconds, atMost]);
  }

  /** Runs `work` in one transaction of a tenant. */
  transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }
}
