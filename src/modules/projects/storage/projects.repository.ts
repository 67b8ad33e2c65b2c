import { Injectable } from '@nestjs/common';
import { assignmentsOf } from '../../../kernel/database/columns';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation, violatedCheck } from '../../../kernel/database/database-errors';
import { lockTenant } from '../../../kernel/database/locks';
import { AppError } from '../../../kernel/errors/app-error';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import {
  type NewProject,
  type Project,
  type ProjectPatch,
  type ProjectQuery,
  RESTORABLE_DAYS,
} from '../contract/projects.types';
import { COLUMNS, PROJECT_LIST, type ProjectRow, toProject, WRITABLE } from './project.row';

/** The project to write, and the actor. */
export interface ProjectWrite {
  readonly tenantId: string;
  readonly id: string;
  readonly actorId: string;
}

const IS_HERE = 'tenant_id = $1 AND id = $2 AND deleted_at IS NULL';
const IS_EXPECTED = '($3::int[] IS NULL OR version = ANY ($3))';
const IS_WRITTEN = 'version = version + 1, updated_at = now(), updated_by = $4';

@Injectable()
export class ProjectsRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: ProjectQuery): Promise<CountedPage<Project>> {
    return PROJECT_LIST.page(this.database, tenantId, query, toProject);
  }

  async find(tenantId: string, id: string): Promise<Project | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<ProjectRow>({ name: 'project', text: `SELECT ${COLUMNS} FROM projects.projects WHERE ${IS_HERE}` }, [
        tenantId,
        id,
      ]);
    return row === undefined ? null : toProject(row);
  }

  /** Adds a project. Errors: `conflict` if a project of the tenant already has this key. */
  async insert(tx: Tx, { tenantId, id, actorId }: ProjectWrite, input: NewProject): Promise<Project> {
    const { key, name, description, status, priority, startDate, endDate, budget, labels } = input;
    const row = await explained(
      tx.one<ProjectRow>(
        `INSERT INTO projects.projects (tenant_id, id, key, name, description, owner_id, created_by, updated_by, status,
           priority, start_date, end_date, budget, labels)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10, $11, $12) RETURNING ${COLUMNS}`,
        [tenantId, id, key, name, description, actorId, status, priority, startDate, endDate, budget, labels],
      ),
    );
    return toProject(row);
  }

  /**
   * Changes a project. An archived project can be changed only together with its status.
   * @returns `null` if no such project with an expected version exists.
   * Errors: `conflict` if a project of the tenant already has this key; `invalid_request` for an end date before the start date.
   */
  async update(
    tx: Tx,
    { tenantId, id, actorId }: ProjectWrite,
    patch: ProjectPatch,
    expected: ExpectedVersions,
  ): Promise<Project | null> {
    const { sets, values } = assignmentsOf(WRITABLE, patch, 5);
    const row = await explained(
      tx.maybeOne<ProjectRow>(
        `UPDATE projects.projects SET ${[...sets, IS_WRITTEN].join(', ')}
         WHERE ${IS_HERE} AND ${IS_EXPECTED}${patch.status === undefined ? ` AND status <> 'archived'` : ''}
         RETURNING ${COLUMNS}`,
        [tenantId, id, expected, actorId, ...values],
      ),
    );
    return row ? toProject(row) : null;
  }

  /**
   * Marks a project as deleted.
   * @returns true if the project existed with an expected version.
   */
  async softDelete(tx: Tx, { tenantId, id, actorId }: ProjectWrite, expected: ExpectedVersions): Promise<boolean> {
    const count = await tx.count(
      `UPDATE projects.projects SET deleted_at = now(), deleted_by = $4, ${IS_WRITTEN} WHERE ${IS_HERE} AND ${IS_EXPECTED}`,
      [tenantId, id, expected, actorId],
    );
    return count === 1;
  }

  /**
   * Restores a deleted project.
   * @returns `null` if there is no such project that can be restored. Errors: `conflict` if a different project now has its key.
   */
  async restore(tx: Tx, { tenantId, id, actorId }: ProjectWrite): Promise<Project | null> {
    const row = await explained(
      tx.maybeOne<ProjectRow>(
        `UPDATE projects.projects SET deleted_at = NULL, deleted_by = NULL, ${IS_WRITTEN}
         WHERE tenant_id = $1 AND id = $2 AND deleted_at > now() - make_interval(days => $3) RETURNING ${COLUMNS}`,
        [tenantId, id, RESTORABLE_DAYS, actorId],
      ),
    );
    return row ? toProject(row) : null;
  }

  /** Returns the project and locks it until the transaction ends. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<Project | null> {
    const sql = `SELECT ${COLUMNS} FROM projects.projects WHERE ${IS_HERE} FOR UPDATE`;
    const row = await tx.maybeOne<ProjectRow>(sql, [tenantId, id]);
    return row === undefined ? null : toProject(row);
  }

  /**
   * Changes the owner.
   * @returns `null` if there is no project with an expected version.
   */
  async setOwner(
    tx: Tx,
    { tenantId, id, actorId }: ProjectWrite,
    ownerId: string,
    expected: ExpectedVersions,
  ): Promise<Project | null> {
    const row = await tx.maybeOne<ProjectRow>(
      `UPDATE projects.projects SET owner_id = $5, ${IS_WRITTEN} WHERE ${IS_HERE} AND ${IS_EXPECTED} RETURNING ${COLUMNS}`,
      [tenantId, id, expected, actorId, ownerId],
    );
    return row ? toProject(row) : null;
  }

  /** Returns the number of projects of a tenant, up to `most`. No project can be created until the transaction ends. */
  async countLocked(tx: Tx, tenantId: string, most: number): Promise<number> {
    await lockTenant(tx, 'projects.projects', tenantId);
    const row = await tx.maybeOne<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT FROM projects.projects WHERE tenant_id = $1 AND deleted_at IS NULL LIMIT $2) AS live`,
      [tenantId, most],
    );
    return row?.count ?? 0;
  }

  /** Returns the projects, across all tenants, that can no longer be restored, with the oldest deletions first. */
  async purgeable(most: number): Promise<readonly { readonly tenantId: string; readonly id: string }[]> {
    const sql = 'SELECT projects.purgeable($1, $2) AS found';
    const row = await this.database
      .platform()
      .maybeOne<{ found: { tenantId: string; id: string }[] }>(sql, [RESTORABLE_DAYS, most]);
    return row?.found ?? [];
  }

  /** Purges a project that can no longer be restored. Calls `note` in the same transaction, but only if the project is purged. */
  async purge(tenantId: string, id: string, note: (tx: Tx) => Promise<void>): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const count = await tx.count(
        `DELETE FROM projects.projects
         WHERE tenant_id = $1 AND id = $2 AND deleted_at < now() - make_interval(days => $3)`,
        [tenantId, id, RESTORABLE_DAYS],
      );
      if (count === 1) await note(tx);
    });
  }
}

/** Translates violations of the table's constraints into errors. */
async function explained<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new AppError('conflict', 'A project of this tenant already has this key.', {
        fields: [{ pointer: '/key', code: 'taken', message: 'Choose another key.' }],
      });
    }
    if (violatedCheck(error) === 'projects_dates') {
      throw new AppError('invalid_request', '`endDate` must not be before `startDate`.', {
        fields: [{ pointer: '/endDate', code: 'custom', message: 'must not be before startDate' }],
      });
    }
    throw error;
  }
}
