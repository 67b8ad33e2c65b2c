import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { EventPlace, FedEvent } from '../../events/contract/events.types';
import type { Principal } from '../../auth/contract/principal.types';
import type { Submitter } from '../../auth/contract/submitter';
import { authorityJson, type TriggerAuthority } from './triggers.repository';

/** The progress of reading events. */
export interface Intake {
  /** The position that has been reached; `null` before the first event. */
  readonly place: EventPlace | null;
  /** True while a trigger wants events. */
  readonly isWanted: boolean;
}

/** An event that triggers a workflow. */
export interface DueFiring {
  readonly tenant_id: string;
  readonly workflow_id: string;
  /** The id of the event. */
  readonly key: string;
  readonly version: number;
  readonly submitted_by: Submitter;
  readonly principal: Principal | null;
  readonly fired_at: Date;
  readonly place: string;
}

/** A call that triggers a workflow. */
export interface HookFiring {
  readonly workflowId: string;
  readonly key: string;
  readonly version: number;
  readonly authority: TriggerAuthority;
  readonly digest: Buffer;
}

/** A recorded call, new or existing. */
export interface NotedFiring {
  readonly version: number;
  readonly submitter: Submitter;
  readonly principal: Principal | null;
  readonly at: Date;
  readonly isSame: boolean;
  /** The run's job; `null` before it is submitted. */
  readonly jobId: string | null;
}

/** The outcome of a firing: the job of a run, `null` for an event that turned out to be unwanted, or the reason why there is no run. */
export type FiringEnd = { readonly jobId: string | null } | { readonly error: string };

/** Stores the events and calls that trigger workflow runs, each of them only once. */
@Injectable()
export class FiringsRepository {
  constructor(private readonly database: Database) {}

  async intake(): Promise<Intake> {
    const sql = 'SELECT place, "isWanted" FROM workflows.intake_reached()';
    return this.database.platform().one<Intake>(sql);
  }

  /**
   * Creates firings for events, and records the position that has been reached.
   * @param expected the position from which the events were read.
   * @returns the number of firings; `null` when another process has already created them.
   */
  async takeIn(expected: string | null, reached: string, events: readonly FedEvent[]): Promise<number | null> {
    const sql = 'SELECT workflows.take_in_events($1, $2, $3::jsonb)::float8 AS made';
    const row = await this.database
      .platform()
      .maybeOne<{ made: number | null }>(sql, [expected, reached, toJsonb(events)]);
    return row?.made ?? null;
  }

  /** Claims due firings for a limited time, up to a maximum per tenant. */
  claim(atMost: number, perTenant: number): Promise<readonly DueFiring[]> {
    return this.database
      .platform()
      .rows<DueFiring>('SELECT * FROM workflows.claim_firings($1, $2)', [atMost, perTenant]);
  }

  /** Ends a firing permanently, in the same transaction as its audit event. */
  async end(tx: Tx, tenantId: string, workflowId: string, key: string, end: FiringEnd): Promise<void> {
    const jobId = 'jobId' in end ? end.jobId : null;
    const error = 'error' in end ? end.error : null;
    await tx.run(
      `UPDATE workflows.firings SET due_at = NULL, job_id = $4, error = $5
       WHERE tenant_id = $1 AND workflow_id = $2 AND key = $3`,
      [tenantId, workflowId, key, jobId, error],
    );
  }

  /** Records a call. If a call with the same id is already recorded, returns that call. */
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

  /** Deletes a call that did not start a run, so that it can be sent again. */
  async forget(tenantId: string, workflowId: string, key: string): Promise<void> {
    const sql =
      'DELETE FROM workflows.firings WHERE tenant_id = $1 AND workflow_id = $2 AND key = $3 AND job_id IS NULL';
    await this.database.tenant(tenantId).run(sql, [tenantId, workflowId, key]);
  }

  /**
   * Deletes some of the older firings.
   * @returns the number of deleted firings.
   */
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
