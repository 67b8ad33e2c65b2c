import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { EventPlace, FedEvent } from '../../events/contract/events.types';
import type { Principal } from '../../auth/contract/principal.types';
import type { Submitter } from '../../auth/contract/submitter';
import { authorityJson, type TriggerAuthority } from './triggers.repository';

/** How far events were looked at. */
export interface Intake {
  /** `null`: at none yet. */
  readonly place: EventPlace | null;
  /** True while a trigger wants events. */
  readonly isWanted: boolean;
}

/** An event that is to make a workflow run. */
export interface DueFiring {
  readonly tenant_id: string;
  readonly workflow_id: string;
  /** Id of the event. */
  readonly key: string;
  readonly version: number;
  readonly submitted_by: Submitter;
  readonly principal: Principal | null;
  readonly fired_at: Date;
  readonly place: string;
}

/** A call that makes a workflow run. */
export interface HookFiring {
  readonly workflowId: string;
  readonly key: string;
  readonly version: number;
  readonly authority: TriggerAuthority;
  readonly digest: Buffer;
}

/** How a call stands that was noted, now or before. */
export interface NotedFiring {
  readonly version: number;
  readonly submitter: Submitter;
  readonly principal: Principal | null;
  readonly at: Date;
  readonly isSame: boolean;
  /** `null` while nobody has handed the run in. */
  readonly jobId: string | null;
}

/** What became of a firing: a run, or `null` for an event that is not wanted after all; or why there is none. */
export type FiringEnd = { readonly jobId: string | null } | { readonly error: string };

/** What makes workflows run, each event and each call once. */
@Injectable()
export class FiringsRepository {
  constructor(private readonly database: Database) {}

  async intake(): Promise<Intake> {
    const sql = 'SELECT place, "isWanted" FROM workflows.intake_reached()';
    return this.database.platform().one<Intake>(sql);
  }

  /**
   * Makes firings of events, and notes up to where.
   * @param expected where it stood when they were read. @returns how many; `null` when another process was faster.
   */
  async takeIn(expected: string | null, reached: string, events: readonly FedEvent[]): Promise<number | null> {
    const sql = 'SELECT workflows.take_in_events($1, $2, $3::jsonb)::float8 AS made';
    const row = await this.database
      .platform()
      .maybeOne<{ made: number | null }>(sql, [expected, reached, toJsonb(events)]);
    return row?.made ?? null;
  }

  /** Takes firings that are due, for a while, of each tenant only so many. */
  claim(atMost: number, perTenant: number): Promise<readonly DueFiring[]> {
    return this.database
      .platform()
      .rows<DueFiring>('SELECT * FROM workflows.claim_firings($1, $2)', [atMost, perTenant]);
  }

  /** A firing that is tried no more: within a transaction, so that what tells of it is one with it. */
  async end(tx: Tx, tenantId: string, workflowId: string, key: string, end: FiringEnd): Promise<void> {
    const jobId = 'jobId' in end ? end.jobId : null;
    const error = 'error' in end ? end.error : null;
    await tx.run(
      `UPDATE workflows.firings SET due_at = NULL, job_id = $4, error = $5
       WHERE tenant_id = $1 AND workflow_id = $2 AND key = $3`,
      [tenantId, workflowId, key, jobId, error],
    );
  }

  /** Notes a call, unless one with its id is noted: then that one is given. */
  async note(
    tenantId: string,
    { workflowId, key, version, authority, digest }: HookFiring,
  ): Promise<NotedFiring | null> {
    await this.database.tenant(tenantId).run(
      `INSERT INTO workflows.firings (tenant_id, workflow_id, key, version, submitted_by, principal, digest)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7) ON CONFLICT DO NOTHING`,
      [tenantId, workflowId, key, version, ...authorityJson(authority), digest],
    );
    const row = await this.database.tenant(tenantId).maybeOne<NotedFiring>(
      `SELECT version, submitted_by AS submitter, principal, at, digest IS NOT DISTINCT FROM $4 AS "isSame", job_id AS "jobId"
       FROM workflows.firings WHERE tenant_id = $1 AND workflow_id = $2 AND key = $3`,
      [tenantId, workflowId, key, digest],
    );
    return row ?? null;
  }

  /** Forgets a call that ran nothing, so that it may be sent again. */
  async forget(tenantId: string, workflowId: string, key: string): Promise<void> {
    const sql =
      'DELETE FROM workflows.firings WHERE tenant_id = $1 AND workflow_id = $2 AND key = $3 AND job_id IS NULL';
    await this.database.tenant(tenantId).run(sql, [tenantId, workflowId, key]);
  }

  /** Sweeps some of what is older; how many. */
  async sweep(keptDays: number, atMost: number): Promise<number> {
    const sql = 'SELECT workflows.sweep_firings($1, $2)::float8 AS swept';
    const row = await this.database.platform().maybeOne<{ swept: number }>(sql, [keptDays, atMost]);
    return row?.swept ?? 0;
  }

  /** Runs `work` in one transaction of a tenant. */
  transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }
}
