import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../../kernel/database/database';
import type { Submitter } from '../domain/submitter';

/** A trigger that is to be there. */
export interface TriggerWrite {
  readonly tenantId: string;
  readonly workflowId: string;
  readonly type: 'event' | 'webhook';
  readonly isArmed: boolean;
  /** The type or family that is wanted; `null` for a webhook. */
  readonly event: string | null;
  readonly submitter: Submitter;
}

/** A secret that calls are signed with, sealed by a data key of the tenant. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** A hook as calls are held against it. */
export interface Hook {
  readonly version: number;
  readonly submitter: Submitter;
  /** The newest first; none before one was made. */
  readonly secrets: readonly SealedSecret[];
}

interface HookRow {
  readonly version: number;
  readonly submitted_by: Submitter;
  readonly key_id: string | null;
  readonly sealed: Buffer | null;
  readonly previous_key_id: string | null;
  readonly previous_sealed: Buffer | null;
}

/** What makes workflows run by itself, one row for a workflow at most. */
@Injectable()
export class TriggersRepository {
  constructor(private readonly database: Database) {}

  /** A trigger that stays what it was keeps its secret, and goes on where it was; another one begins anew. */
  async put(tx: Tx, write: TriggerWrite): Promise<void> {
    const { tenantId, workflowId, type, isArmed, event, submitter } = write;
    await tx.query('DELETE FROM workflows.triggers WHERE tenant_id = $1 AND workflow_id = $2 AND type <> $3', [
      tenantId,
      workflowId,
      type,
    ]);
    await tx.query(
      `INSERT INTO workflows.triggers AS t (tenant_id, workflow_id, type, is_armed, event, submitted_by)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb)
       ON CONFLICT (tenant_id, workflow_id) DO UPDATE SET is_armed = excluded.is_armed, event = excluded.event,
         submitted_by = excluded.submitted_by, from_xid = CASE WHEN t.is_armed THEN t.from_xid ELSE excluded.from_xid END,
         from_at = CASE WHEN t.is_armed THEN t.from_at ELSE excluded.from_at END`,
      [tenantId, workflowId, type, isArmed, event, JSON.stringify(submitter)],
    );
  }

  async remove(tx: Tx, tenantId: string, workflowId: string): Promise<void> {
    await tx.query('DELETE FROM workflows.triggers WHERE tenant_id = $1 AND workflow_id = $2', [tenantId, workflowId]);
  }

  /** @returns whether the workflow has a hook. */
  async replaceSecret(
    tx: Tx,
    tenantId: string,
    workflowId: string,
    { keyId, sealed }: SealedSecret,
    overlapSeconds: number,
  ): Promise<boolean> {
    const [, count]: [unknown, number] = await tx.query(
      `UPDATE workflows.triggers SET key_id = $4, sealed = $5,
         previous_key_id = CASE WHEN $3::int > 0 THEN key_id END, previous_sealed = CASE WHEN $3 > 0 THEN sealed END,
         previous_until = CASE WHEN $3 > 0 THEN now() + make_interval(secs => $3) END
       WHERE tenant_id = $1 AND workflow_id = $2 AND type = 'webhook'`,
      [tenantId, workflowId, overlapSeconds, keyId, sealed],
    );
    return count === 1;
  }

  /** Whose a hook is; `null` for none, and while its tenant is held back. */
  async tenantOfHook(workflowId: string): Promise<string | null> {
    const sql = 'SELECT workflows.tenant_of_hook($1) AS tenant';
    const [row] = await this.database.query<{ tenant: string | null }>(sql, [workflowId]);
    return row?.tenant ?? null;
  }

  /** `null` when there is none, or its workflow is not active. */
  async hook(tenantId: string, workflowId: string): Promise<Hook | null> {
    const sql = `SELECT w.version, t.submitted_by, t.key_id, t.sealed,
        CASE WHEN t.previous_until > now() THEN t.previous_key_id END AS previous_key_id,
        CASE WHEN t.previous_until > now() THEN t.previous_sealed END AS previous_sealed
      FROM workflows.triggers AS t JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id
      WHERE t.tenant_id = $1 AND t.workflow_id = $2 AND t.type = 'webhook' AND t.is_armed AND w.deleted_at IS NULL`;
    const [row] = await this.database.tenantQuery<HookRow>(tenantId, sql, [tenantId, workflowId]);
    if (row === undefined) return null;
    const pairs = [
      [row.key_id, row.sealed],
      [row.previous_key_id, row.previous_sealed],
    ] as const;
    const secrets = pairs.flatMap(([keyId, sealed]) => (keyId === null || sealed === null ? [] : [{ keyId, sealed }]));
    return { version: row.version, submitter: row.submitted_by, secrets };
  }
}
