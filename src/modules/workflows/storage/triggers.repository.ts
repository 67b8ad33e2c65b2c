import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { Principal } from '../../auth/contract/principal.types';
import type { Submitter } from '../../auth/contract/submitter';
import type { NewTriggerOwner } from '../../auth/contract/trigger-owner';

/** A trigger to store. */
export interface TriggerWrite {
  readonly tenantId: string;
  readonly workflowId: string;
  readonly type: 'event' | 'webhook';
  readonly isArmed: boolean;
  /** The event type or family that fires the trigger; `null` for a webhook. */
  readonly event: string | null;
  readonly authority: TriggerAuthority;
}

/** The authority under which a trigger runs workflows. */
export interface TriggerAuthority {
  readonly submitter: Submitter;
  /** The principal; `null` in rows that were written before this column existed. */
  readonly principal: Principal | null;
}

/** A stored trigger. */
export interface StoredTrigger {
  readonly submitter: Submitter;
  readonly pauseReason: string | null;
  readonly pendingOwner: NewTriggerOwner | null;
}

/** A trigger that might not have fired for a long time. */
export interface ActiveTrigger {
  readonly tenant_id: string;
  readonly workflow_id: string;
  readonly submitted_by: Submitter;
  readonly principal: Principal | null;
  readonly armed_at: Date;
}

/** A secret for signing calls, sealed with a data key of the tenant. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** A hook, as needed to verify calls. */
export interface Hook {
  readonly version: number;
  readonly authority: TriggerAuthority;
  /** The secrets, newest first; empty before the first secret is created. */
  readonly secrets: readonly SealedSecret[];
}

interface HookRow {
  readonly version: number;
  readonly submitted_by: Submitter;
  readonly principal: Principal | null;
  readonly key_id: string | null;
  readonly sealed: Buffer | null;
  readonly previous_key_id: string | null;
  readonly previous_sealed: Buffer | null;
}

/** The triggers of workflows. A workflow has at most one row. */
@Injectable()
export class TriggersRepository {
  constructor(private readonly database: Database) {}

  /** Stores a trigger. An unchanged trigger keeps its secret and its position in the feed; a changed trigger starts over. */
  async put(tx: Tx, write: TriggerWrite): Promise<void> {
    const { tenantId, workflowId, type, isArmed, event, authority } = write;
    await tx.run('DELETE FROM workflows.triggers WHERE tenant_id = $1 AND workflow_id = $2 AND type <> $3', [
      tenantId,
      workflowId,
      type,
    ]);
    await tx.run(
      `INSERT INTO workflows.triggers AS t (tenant_id, workflow_id, type, is_armed, event, submitted_by, principal)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)
       ON CONFLICT (tenant_id, workflow_id) DO UPDATE SET is_armed = excluded.is_armed, event = excluded.event,
         submitted_by = excluded.submitted_by, principal = excluded.principal, pause_reason = NULL, pending_owner = NULL,
         from_xid = CASE WHEN t.is_armed THEN t.from_xid ELSE excluded.from_xid END,
         from_at = CASE WHEN t.is_armed THEN t.from_at ELSE excluded.from_at END`,
      [tenantId, workflowId, type, isArmed, event, ...authorityJson(authority)],
    );
  }

  async remove(tx: Tx, tenantId: string, workflowId: string): Promise<void> {
    await tx.run('DELETE FROM workflows.triggers WHERE tenant_id = $1 AND workflow_id = $2', [tenantId, workflowId]);
  }

  /** Returns a trigger; `null` for a workflow without a trigger of this kind. */
  async find(tenantId: string, workflowId: string): Promise<StoredTrigger | null> {
    const sql = `SELECT submitted_by AS submitter, pause_reason AS "pauseReason", pending_owner AS "pendingOwner"
      FROM workflows.triggers WHERE tenant_id = $1 AND workflow_id = $2`;
    return (await this.database.tenant(tenantId).maybeOne<StoredTrigger>(sql, [tenantId, workflowId])) ?? null;
  }

  /**
   * Pauses a trigger, unless its authority has changed since then.
   * @returns true when this call paused it.
   */
  async pause(tx: Tx, tenantId: string, workflowId: string, by: TriggerAuthority, reason: string): Promise<boolean> {
    const count = await tx.count(
      `UPDATE workflows.triggers SET is_armed = false, pause_reason = $5 WHERE tenant_id = $1 AND workflow_id = $2
         AND is_armed AND submitted_by = $3::jsonb AND principal IS NOT DISTINCT FROM $4::jsonb`,
      [tenantId, workflowId, ...authorityJson(by), reason],
    );
    return count === 1;
  }

  /**
   * Resumes a trigger under an authority. The trigger fires only for later events.
   * @returns true when the trigger exists.
   */
  async resume(tx: Tx, tenantId: string, workflowId: string, authority: TriggerAuthority): Promise<boolean> {
    const count = await tx.count(
      `UPDATE workflows.triggers SET submitted_by = $3::jsonb, principal = $4::jsonb, pause_reason = NULL,
         pending_owner = NULL, is_armed = true,
         from_xid = CASE WHEN is_armed THEN from_xid ELSE pg_current_xact_id() END,
         from_at = CASE WHEN is_armed THEN from_at ELSE now() END
       WHERE tenant_id = $1 AND workflow_id = $2`,
      [tenantId, workflowId, ...authorityJson(authority)],
    );
    return count === 1;
  }

  /**
   * Records the person or service that was asked to take over a trigger.
   * @returns true when the trigger exists.
   */
  async offer(tx: Tx, tenantId: string, workflowId: string, to: NewTriggerOwner): Promise<boolean> {
    const count = await tx.count(
      'UPDATE workflows.triggers SET pending_owner = $3::jsonb WHERE tenant_id = $1 AND workflow_id = $2',
      [tenantId, workflowId, JSON.stringify(to)],
    );
    return count === 1;
  }

  /** Claims triggers of any tenant whose last check was at least this long ago. */
  claimActive(waitingSeconds: number, atMost: number): Promise<readonly ActiveTrigger[]> {
    const sql = 'SELECT * FROM workflows.claim_standing_triggers($1, $2)';
    return this.database.platform().rows<ActiveTrigger>(sql, [waitingSeconds, atMost]);
  }

  /**
   * Replaces the secret of a hook.
   * @returns true when the workflow has a hook.
   */
  async replaceSecret(
    tx: Tx,
    tenantId: string,
    workflowId: string,
    { keyId, sealed }: SealedSecret,
    overlapSeconds: number,
  ): Promise<boolean> {
    const count = await tx.count(
      `UPDATE workflows.triggers SET key_id = $4, sealed = $5,
         previous_key_id = CASE WHEN $3::int > 0 THEN key_id END, previous_sealed = CASE WHEN $3 > 0 THEN sealed END,
         previous_until = CASE WHEN $3 > 0 THEN now() + make_interval(secs => $3) END
       WHERE tenant_id = $1 AND workflow_id = $2 AND type = 'webhook'`,
      [tenantId, workflowId, overlapSeconds, keyId, sealed],
    );
    return count === 1;
  }

  /** Returns the tenant of a hook; `null` when there is no hook, or its tenant is not active. */
  async tenantOfHook(workflowId: string): Promise<string | null> {
    const sql = 'SELECT workflows.tenant_of_hook($1) AS tenant';
    const row = await this.database.platform().maybeOne<{ tenant: string | null }>(sql, [workflowId]);
    return row?.tenant ?? null;
  }

  /** Returns a hook; `null` when there is no hook, or its workflow is not active. */
  async hook(tenantId: string, workflowId: string): Promise<Hook | null> {
    const sql = `SELECT w.version, t.submitted_by, t.principal, t.key_id, t.sealed,
        CASE WHEN t.previous_until > now() THEN t.previous_key_id END AS previous_key_id,
        CASE WHEN t.previous_until > now() THEN t.previous_sealed END AS previous_sealed
      FROM workflows.triggers AS t JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id
      WHERE t.tenant_id = $1 AND t.workflow_id = $2 AND t.type = 'webhook' AND t.is_armed AND w.deleted_at IS NULL`;
    const row = await this.database.tenant(tenantId).maybeOne<HookRow>(sql, [tenantId, workflowId]);
    if (row === undefined) return null;
    const pairs = [
      [row.key_id, row.sealed],
      [row.previous_key_id, row.previous_sealed],
    ] as const;
    const secrets = pairs.flatMap(([keyId, sealed]) => (keyId === null || sealed === null ? [] : [{ keyId, sealed }]));
    return { version: row.version, authority: { submitter: row.submitted_by, principal: row.principal }, secrets };
  }
}

/** Returns the columns `submitted_by` and `principal` as JSON. */
export function authorityJson({ submitter, principal }: TriggerAuthority): readonly (string | null)[] {
  return [JSON.stringify(submitter), principal === null ? null : JSON.stringify(principal)];
}
