import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { Principal } from '../../auth/contract/principal.types';
import type { Submitter } from '../../auth/contract/submitter';
import type { JobRequest } from '../contract/job-request.types';

/** A schedule that submits jobs. */
export interface ArmedSchedule {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly request: JobRequest;
  readonly submitted_by: Submitter;
  /** The authority; `null` in rows that are older than the column. */
  readonly principal: Principal | null;
  readonly updated_at: Date;
  readonly next_at: Date;
  /** The time of the database's clock in Unix milliseconds. */
  readonly now_ms: number;
}

const ARMED = `SELECT id, name, cron, time_zone, request, submitted_by, principal, updated_at, next_at,
    extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms
  FROM jobs.schedules WHERE tenant_id = $1 AND id = $2`;

/** The schedule ticks of all tenants. */
@Injectable()
export class ScheduleTicksRepository {
  constructor(private readonly database: Database) {}

  /** Returns due schedules, alternating between tenants. Schedules that were just postponed are left out. */
  async due(atMost: number): Promise<readonly { readonly tenant_id: string; readonly id: string }[]> {
    return this.database.platform().rows('SELECT tenant_id, id FROM jobs.due_schedules($1)', [atMost]);
  }

  /** Locks a due schedule until the transaction ends. Returns `null` when the schedule is not due, or another worker has locked it. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<ArmedSchedule | null> {
    const sql = `${ARMED} AND next_at <= clock_timestamp() FOR UPDATE SKIP LOCKED`;
    const row = await tx.maybeOne<ArmedSchedule>(sql, [tenantId, id]);
    return row ?? null;
  }

  /**
   * Locks a schedule with a next tick until the transaction ends. Returns `null` when the schedule has no next tick, or another worker has
   * locked it.
   */
  async lockArmed(tx: Tx, tenantId: string, id: string): Promise<ArmedSchedule | null> {
    const sql = `${ARMED} AND next_at IS NOT NULL FOR UPDATE SKIP LOCKED`;
    const row = await tx.maybeOne<ArmedSchedule>(sql, [tenantId, id]);
    return row ?? null;
  }

  /**
   * Moves a schedule to its next tick.
   * @param jobId the submitted job; `null` when it was refused.
   * @param nextMs the time of the next tick in Unix milliseconds.
   */
  async move(tx: Tx, tenantId: string, id: string, jobId: string | null, nextMs: number | null): Promise<void> {
    await tx.run(
      `UPDATE jobs.schedules SET last_at = next_at, last_job_id = coalesce($3, last_job_id),
         next_at = to_timestamp($4::double precision / 1000)
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, jobId, nextMs],
    );
  }

  /** Postpones a failed tick for a moment, so that other schedules come first. */
  async putOff(tenantId: string, id: string): Promise<void> {
    const sql = 'UPDATE jobs.schedules SET put_off_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2';
    await this.database.tenant(tenantId).run(sql, [tenantId, id]);
  }

  /** Pauses a locked schedule, with a reason. */
  async pause(tx: Tx, tenantId: string, id: string, reason: string): Promise<void> {
    await tx.run(
      `UPDATE jobs.schedules SET paused = true, pause_reason = $3, next_at = NULL, updated_at = now()
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, reason],
    );
  }

  /** Runs `work` in one transaction of a tenant. */
  transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }
}
