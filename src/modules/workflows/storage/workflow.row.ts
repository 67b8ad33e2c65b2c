import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import type { Workflow, WorkflowQuery, WorkflowVersion, WorkflowVersionQuery } from '../contract/workflows.types';

/** A workflow with its newest version, as the driver returns it. */
export interface WorkflowRow {
  readonly id: string;
  readonly version: number;
  readonly definition: WorkflowDefinition;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

export const WORKFLOW = 'w.id, w.version, v.definition, w.created_at, w.created_by, w.updated_at, w.updated_by';
export const WORKFLOWS = `workflows.workflows AS w
  JOIN workflows.versions AS v ON v.tenant_id = w.tenant_id AND v.id = w.id AND v.version = w.version`;

export const WORKFLOW_LIST = new KeysetList<WorkflowQuery, WorkflowRow>({
  list: 'workflows',
  select: WORKFLOW,
  from: WORKFLOWS,
  // The first condition is added to the comparison with the tenant, so that no list contains deleted workflows, regardless of the filter.
  tenant: 'w.deleted_at IS NULL AND w.tenant_id',
  id: 'w.id',
  sorts: {
    createdAt: { column: 'w.created_at', type: 'timestamptz' },
    name: { column: 'w.name COLLATE "C"', type: 'text' },
  },
  filters: { status: (value, bind) => `w.status = ${bind(value)}` },
});

export function toWorkflow(row: WorkflowRow): Workflow {
  return {
    ...row.definition,
    id: row.id,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

export interface VersionRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
}

export const VERSION = 'id, version, created_at, created_by';

/** The versions of one workflow. */
export const VERSION_LIST = new KeysetList<WorkflowVersionQuery & { readonly workflowId: string }, VersionRow>({
  list: 'workflow-versions',
  select: VERSION,
  from: 'workflows.versions',
  tenant: 'tenant_id',
  id: 'id',
  sorts: { version: { column: 'version', type: 'int' } },
  filters: { workflowId: (value, bind) => `id = ${bind(value)}` },
});

export function toVersion(row: VersionRow): WorkflowVersion {
  return {
    id: row.id,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}
