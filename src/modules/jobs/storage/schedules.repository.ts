import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import type { Principal } from '../../auth/contract/principal.types';
import { type NewTriggerOwner, triggerOwnerOf } from '../../auth/contract/trigger-owner';
import type { JobRequest } from '../contract/job-request.types';
import type { JobSchedule } from '../contract/job-schedule.types';
import type { Submitter } from '../../auth/contract/submitter';

/** The owner of a schedule, and its next tick. */
export type ScheduleAuthority = Pick<ScheduleWrite, 'submitter' | 'principal' | 'nextMs'>;

/** A schedule to store. */
export interface ScheduleWrite {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly job: JobRequest;
  readonly paused: boolean;
  readonly submitter: Submitter;
  /** The authority under which its jobs run. */
  readonly principal: Principal;
  /** The next tick in Unix milliseconds. */
  readonly nextMs: number | null;
}

interface ScheduleRow {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly request: JobRequest;
  readonly paused: boolean;
  readonly pause_reason: string | null;
  readonly submitted_by: Submitter;
  readonly pending_owner: NewTriggerOwner | null;
  readonly next_at: Date | null;
  readonly last_at: Date | null;
  readonly last_job_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const SCHEDULE = `id, name, cron, time_zone, request, paused, pause_reason, submitted_by, pending_owner, next_at,
  last_at, last_job_id, created_at, updated_at`;

/** The schedules that a tenant manages. */
@Injectable()
export class SchedulesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Creates a schedule, or replaces the schedule with the same name, which keeps its id. @returns `null` if the tenant has reached its
   * limit.
   */
  async put(tx: Tx, write: ScheduleWrite, atMost: number): Promise<JobSchedule | null> {
    // Prevents concurrent creation of schedules.
    await lockTenant(tx, 'jobs.schedules', write.tenantId);
    const rows = await tx.rows<ScheduleRow>(
      `INSERT INTO jobs.schedules AS s (tenant_id, id, name, cron, time_zone, request, paused, submitted_by, next_at, principal)
       SELECT $1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, to_timestamp($9::double precision / 1000), $11::jsonb
       WHERE EXISTS (SELECT FROM jobs.schedules WHERE tenant_id = $1 AND name = $3)
         OR (SELECT count(*) FROM jobs.schedules WHERE tenant_id = $1) < $10
       ON CONFLICT (tenant_id, name) DO UPDATE SET cron = excluded.cron, time_zone = excluded.time_zone,
         request = excluded.request, paused = excluded.paused, submitted_by = excluded.submitted_by,
         principal = excluded.principal, pause_reason = NULL, pending_owner = NULL, next_at = excluded.next_at,
         updated_at = now()
       RETURNING ${SCHEDULE}`,
      [
        write.tenantId,
        write.id,
        write.name,
        write.cron,
        write.timeZone,
        JSON.stringify(write.job),
        write.paused,
        JSON.stringify(write.submitter),
        write.nextMs,
        atMost,
        JSON.stringify(write.principal),
      ],
    );
    const [row] = rows;
    return row === undefined ? null : toSchedule(row);
  }

  async list(tenantId: string): Promise<readonly JobSchedule[]> {
    const sql = `SELECT ${SCHEDULE} FROM jobs.schedules WHERE tenant_id = $1 ORDER BY name`;
    return (await this.database.tenant(tenantId).rows<ScheduleRow>(sql, [tenantId])).map(toSchedule);
  }

  async find(tenantId: string, name: string): Promise<JobSchedule | null> {
    const sql = `SELECT ${SCHEDULE} FROM jobs.schedules WHERE tenant_id = $1 AND name = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<ScheduleRow>(sql, [tenantId, name]);
    return row === undefined ? null : toSchedule(row);
  }

  /** Resumes a schedule under an authority. @returns `null` when the schedule does not exist. */
  async resume(tx: Tx, tenantId: string, name: string, authority: ScheduleAuthority): Promise<JobSchedule | null> {
    const { submitter, principal, nextMs } = authority;
    const row = await tx.maybeOne<ScheduleRow>(
      `UPDATE jobs.schedules SET paused = false, pause_reason = NULL, pending_owner = NULL, submitted_by = $3::jsonb,
         principal = $4::jsonb, next_at = to_timestamp($5::double precision / 1000), updated_at = now()
       WHERE tenant_id = $1 AND name = $2 RETURNING ${SCHEDULE}`,
      [tenantId, name, JSON.stringify(submitter), JSON.stringify(principal), nextMs],
    );
    return row === undefined ? null : toSchedule(row);
  }

  /** Records the owner to whom a schedule is offered. @returns `null` when the schedule does not exist. */
  async offer(tx: Tx, tenantId: string, name: string, to: NewTriggerOwner): Promise<JobSchedule | null> {
    const row = await tx.maybeOne<ScheduleRow>(
      `UPDATE jobs.schedules SET pending_owner = $3::jsonb WHERE tenant_id = $1 AND name = $2 RETURNING ${SCHEDULE}`,
      [tenantId, name, JSON.stringify(to)],
    );
    return row === undefined ? null : toSchedule(row);
  }

  /** @returns the deleted schedule's id; `null` when the schedule did not exist. */
  async remove(tx: Tx, tenantId: string, name: string): Promise<string | null> {
    const sql = 'DELETE FROM jobs.schedules WHERE tenant_id = $1 AND name = $2 RETURNING id';
    const row = await tx.maybeOne<{ readonly id: string }>(sql, [tenantId, name]);
    return row?.id ?? null;
  }
}

function toSchedule(row: ScheduleRow): JobSchedule {
  return {
    id: row.id,
    name: row.name,
    cron: row.cron,
    timeZone: row.time_zone,
    job: row.request,
    paused: row.paused,
    pauseReason: row.pause_reason,
    owner: triggerOwnerOf(row.submitted_by),
    pendingOwner: row.pending_owner,
    nextAt: row.next_at?.toISOString() ?? null,
    lastAt: row.last_at?.toISOString() ?? null,
    lastJobId: row.last_job_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
