import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { Project, ProjectQuery } from '../contract/projects.types';

/** A row as the driver returns it. `numeric` values are strings, because they can have more digits than a double. */
export interface ProjectRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly owner_id: string;
  readonly status: Project['status'];
  readonly priority: Project['priority'];
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly budget: string | null;
  readonly labels: string[];
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
  readonly deleted_at: Date | null;
}

/** The selected columns of a {@link ProjectRow}. */
export const COLUMNS = `id, key, name, description, owner_id, status, priority, start_date::text, end_date::text, budget,
  labels, version, created_at, created_by, updated_at, updated_by, deleted_at`;

/** The columns that a caller can write, keyed by the member that each column stores. */
export const WRITABLE = {
  key: 'key',
  name: 'name',
  description: 'description',
  status: 'status',
  priority: 'priority',
  startDate: 'start_date',
  endDate: 'end_date',
  budget: 'budget',
  labels: 'labels',
} as const;

export const PROJECT_LIST = new KeysetList<ProjectQuery, ProjectRow>({
  list: 'projects',
  select: COLUMNS,
  from: 'projects.projects',
  tenant: 'tenant_id',
  id: 'id',
  sorts: {
    createdAt: { column: 'created_at', type: 'timestamptz' },
    updatedAt: { column: 'updated_at', type: 'timestamptz' },
    name: { column: 'name', type: 'text' },
  },
  filters: {
    key: (value, bind) => `key = ${bind(value)}`,
    ownerId: (value, bind) => `owner_id = ${bind(value)}`,
    status: (value, bind) => `status = ${bind(value)}`,
    priority: (value, bind) => `priority = ${bind(value)}`,
    label: (value, bind) => `${bind(value)} = ANY (labels)`,
    deleted: (value) => `deleted_at IS ${value === 'true' ? 'NOT ' : ''}NULL`,
  },
});

export function toProject(row: ProjectRow): Project {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    ownerId: row.owner_id,
    status: row.status,
    priority: row.priority,
    startDate: row.start_date,
    endDate: row.end_date,
    budget: row.budget === null ? null : Number(row.budget),
    labels: row.labels,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
    deletedAt: row.deleted_at?.toISOString() ?? null,
  };
}
