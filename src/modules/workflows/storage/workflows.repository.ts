import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import type {
  WholeWorkflowVersion,
  Workflow,
  WorkflowQuery,
  WorkflowVersion,
  WorkflowVersionQuery,
} from '../contract/workflows.types';
import {
  toVersion,
  toWorkflow,
  VERSION,
  VERSION_LIST,
  type VersionRow,
  WORKFLOW,
  WORKFLOW_LIST,
  type WorkflowRow,
  WORKFLOWS,
} from './workflow.row';

/** The workflow to write, and the actor who writes it. */
export interface WorkflowWrite {
  readonly tenantId: string;
  readonly id: string;
  readonly actorId: string;
}

/** A definition that has passed all checks. */
export interface SoundDefinition {
  readonly definition: WorkflowDefinition;
  /** The images of the referenced skill versions, keyed by reference (`greet@3`). */
  readonly pins: Readonly<Record<string, string>>;
}

const IS_HERE = 'tenant_id = $1 AND id = $2 AND deleted_at IS NULL';
const IS_EXPECTED = '($3::int[] IS NULL OR version = ANY ($3))';

/** Workflows and their versions, as their tenant manages them. */
@Injectable()
export class WorkflowsRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: WorkflowQuery): Promise<CountedPage<Workflow>> {
    return WORKFLOW_LIST.page(this.database, tenantId, query, toWorkflow);
  }

  async find(tenantId: string, id: string): Promise<Workflow | null> {
    const sql = `SELECT ${WORKFLOW} FROM ${WORKFLOWS} WHERE w.tenant_id = $1 AND w.id = $2 AND w.deleted_at IS NULL`;
    const row = await this.database.tenant(tenantId).maybeOne<WorkflowRow>(sql, [tenantId, id]);
    return row === undefined ? null : toWorkflow(row);
  }

  async findWithin(tx: Tx, tenantId: string, id: string): Promise<Workflow | null> {
    const sql = `SELECT ${WORKFLOW} FROM ${WORKFLOWS} WHERE w.tenant_id = $1 AND w.id = $2 AND w.deleted_at IS NULL`;
    const row = await tx.maybeOne<WorkflowRow>(sql, [tenantId, id]);
    return row === undefined ? null : toWorkflow(row);
  }

  /**
   * Returns the existing workflows with these names. For each workflow, the result contains the names of the workflows that its newest
   * version calls.
   */
  async callsOf(tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const sql = `SELECT w.name, ARRAY(SELECT DISTINCT s ->> 'workflow' FROM json_array_elements(v.definition -> 'steps') AS s
        WHERE s ->> 'type' = 'workflow') AS calls
      FROM ${WORKFLOWS} WHERE w.tenant_id = $1 AND w.name = ANY ($2) AND w.deleted_at IS NULL`;
    const rows = await this.database
      .tenant(tenantId)
      .rows<{ name: string; calls: string[] }>(sql, [tenantId, [...names]]);
    return new Map(rows.map(({ name, calls }) => [name, calls]));
  }

  /** Returns the ids of workflows by name. Unknown names are left out. */
  async idsOf(tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (names.length === 0) return new Map();
    const sql = `SELECT name, id FROM workflows.workflows WHERE tenant_id = $1 AND name = ANY ($2) AND deleted_at IS NULL`;
    const rows = await this.database.tenant(tenantId).rows<{ name: string; id: string }>(sql, [tenantId, [...names]]);
    return new Map(rows.map(({ name, id }) => [name, id]));
  }

  /** @returns `null` for a name already in use; `'full'` if the tenant has reached its limit. */
  async insert(
    tx: Tx,
    { tenantId, id, actorId }: WorkflowWrite,
    { definition, pins }: SoundDefinition,
  ): Promise<true | null | 'full'> {
    await lockTenant(tx, 'workflows.workflows', tenantId);
    const counted = await tx.maybeOne<{ total: number }>(
      'SELECT count(*)::int AS total FROM workflows.workflows WHERE tenant_id = $1 AND deleted_at IS NULL',
      [tenantId],
    );
    if ((counted?.total ?? 0) >= WORKFLOW_LIMITS.maxWorkflows) return 'full';
    const count = await tx.count(
      `INSERT INTO workflows.workflows (tenant_id, id, name, status, created_by, updated_by)
       VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (tenant_id, name) WHERE deleted_at IS NULL DO NOTHING RETURNING id`,
      [tenantId, id, definition.name, definition.status, actorId],
    );
    if (count === 0) return null;
    await this.addVersion(tx, { tenantId, id, actorId }, 1, { definition, pins });
    return true;
  }

  /** @returns true when a workflow with an expected version existed. */
  async replace(tx: Tx, write: WorkflowWrite, sound: SoundDefinition, expected: ExpectedVersions): Promise<boolean> {
    const { tenantId, id, actorId } = write;
    const rows = await tx.rows<{ version: number }>(
      `UPDATE workflows.workflows SET version = version + 1, status = $5, updated_at = now(), updated_by = $4
       WHERE ${IS_HERE} AND ${IS_EXPECTED} RETURNING version`,
      [tenantId, id, expected, actorId, sound.definition.status],
    );
    const [row] = rows;
    if (row === undefined) return false;
    await this.addVersion(tx, write, row.version, sound);
    await tx.run(
      `DELETE FROM workflows.versions AS v WHERE tenant_id = $1 AND id = $2 AND version <= $3 AND NOT EXISTS (
         SELECT FROM workflows.runs AS r WHERE r.tenant_id = $1 AND r.workflow_id = $2 AND r.version = v.version)`,
      [tenantId, id, row.version - WORKFLOW_LIMITS.maxVersions],
    );
    return true;
  }

  /**
   * Deletes a workflow. It disappears immediately, and its rows are deleted with its last run. @returns true when a workflow with an
   * expected version existed.
   */
  async remove(tx: Tx, { tenantId, id, actorId }: WorkflowWrite, expected: ExpectedVersions): Promise<boolean> {
    const count = await tx.count(
      `UPDATE workflows.workflows SET deleted_at = now(), updated_at = now(), updated_by = $4
       WHERE ${IS_HERE} AND ${IS_EXPECTED}`,
      [tenantId, id, expected, actorId],
    );
    await tx.run(
      `DELETE FROM workflows.workflows AS w WHERE tenant_id = $1 AND deleted_at IS NOT NULL AND NOT EXISTS (
         SELECT FROM workflows.runs AS r WHERE r.tenant_id = $1 AND r.workflow_id = w.id)`,
      [tenantId],
    );
    return count === 1;
  }

  versions(tenantId: string, workflowId: string, query: WorkflowVersionQuery): Promise<CountedPage<WorkflowVersion>> {
    return VERSION_LIST.page(this.database, tenantId, { ...query, workflowId }, toVersion);
  }

  async version(tenantId: string, id: string, version: number): Promise<WholeWorkflowVersion | null> {
    const sql = `SELECT ${VERSION}, definition FROM workflows.versions WHERE tenant_id = $1 AND id = $2 AND version = $3`;
    const parameters = [tenantId, id, version];
    type Row = VersionRow & Pick<WholeWorkflowVersion, 'definition'>;
    const row = await this.database.tenant(tenantId).maybeOne<Row>(sql, parameters);
    return row === undefined ? null : { ...toVersion(row), definition: row.definition };
  }

  private async addVersion(
    tx: Tx,
    { tenantId, id, actorId }: WorkflowWrite,
    version: number,
    { definition, pins }: SoundDefinition,
  ): Promise<void> {
    await tx.run(
      `INSERT INTO workflows.versions (tenant_id, id, version, definition, pins, created_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenantId, id, version, JSON.stringify(definition), JSON.stringify(pins), actorId],
    );
  }
}
