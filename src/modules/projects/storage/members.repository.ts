import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { retainedChanges } from '../../../kernel/changes/retained-changes';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { type CountedPage, type ListQuery } from '../../../kernel/lists/list-query';
import { KeysetList } from '../../../kernel/lists/keyset-list';
import { USER_DELETIONS_TOPIC } from '../../users/contract/users.topics';
import type { ProjectRole } from '../contract/project-access.port';
import type { MemberQuery, MemberRole, ProjectMember } from '../contract/project-members.types';

interface MemberRow {
  readonly user_id: string;
  readonly role: MemberRole;
  readonly added_at: Date;
  readonly added_by: string;
}

/** The query and its project. Cursors are bound to the query and the project. */
type MembersOf = MemberQuery & ListQuery & { readonly projectId: string };

const COLUMNS = 'user_id, role, added_at, added_by';

const MEMBER_LIST = new KeysetList<MembersOf, MemberRow>({
  list: 'project members',
  select: COLUMNS,
  from: 'projects.members',
  tenant: 'tenant_id',
  id: 'user_id',
  sorts: { addedAt: { column: 'added_at', type: 'timestamptz' } },
  filters: {
    projectId: (value, bind) => `project_id = ${bind(value)}`,
    role: (value, bind) => `role = ${bind(value)}`,
  },
});

@Injectable()
export class MembersRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, projectId: string, query: MemberQuery): Promise<CountedPage<ProjectMember>> {
    return MEMBER_LIST.page(this.database, tenantId, { ...query, projectId }, toMember);
  }

  async put(
    tx: Tx,
    tenantId: string,
    projectId: string,
    userId: string,
    { role, addedBy }: { readonly role: MemberRole; readonly addedBy: string },
  ): Promise<ProjectMember> {
    const row = await tx.one<MemberRow>(
      `INSERT INTO projects.members (tenant_id, project_id, user_id, role, added_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, project_id, user_id) DO UPDATE SET role = excluded.role RETURNING ${COLUMNS}`,
      [tenantId, projectId, userId, role, addedBy],
    );
    return toMember(row);
  }

  /**
   * Removes a member.
   * @returns true if there was one.
   */
  async remove(tx: Tx, tenantId: string, projectId: string, userId: string): Promise<boolean> {
    const count = await tx.count(
      'DELETE FROM projects.members WHERE tenant_id = $1 AND project_id = $2 AND user_id = $3',
      [tenantId, projectId, userId],
    );
    return count === 1;
  }

  /**
   * Returns the role of a user in a project.
   * @param tx the transaction of a caller that already has a connection; it must be a transaction for this tenant.
   */
  async roleOf(tenantId: string, projectId: string, userId: string, tx?: Tx): Promise<ProjectRole | null> {
    const text = `SELECT CASE WHEN p.owner_id = $3 THEN 'owner' ELSE m.role END AS role
      FROM projects.projects p LEFT JOIN projects.members m
        ON m.tenant_id = p.tenant_id AND m.project_id = p.id AND m.user_id = $3
      WHERE p.tenant_id = $1 AND p.id = $2`;
    const sql = tx ?? this.database.tenant(tenantId);
    const row = await sql.maybeOne<{ role: ProjectRole | null }>({ name: 'project-role', text }, [
      tenantId,
      projectId,
      userId,
    ]);
    return row?.role ?? null;
  }

  /** Yields the user deletions that the change feed still retains. */
  deletedUsers(): AsyncIterable<Change> {
    return retainedChanges(this.database, USER_DELETIONS_TOPIC);
  }

  /** Removes all memberships of a deleted user. */
  async removeUser(tenantId: string, userId: string): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run('DELETE FROM projects.members WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
  }

  /** Returns the number of projects in which a user is a member, and the number that they own. */
  async countOf(tenantId: string, userId: string): Promise<{ readonly memberships: number; readonly owned: number }> {
    const row = await this.database.tenant(tenantId).maybeOne<{ memberships: number; owned: number }>(
      `SELECT (SELECT count(*)::int FROM projects.members WHERE tenant_id = $1 AND user_id = $2) AS memberships,
              (SELECT count(*)::int FROM projects.projects WHERE tenant_id = $1 AND owner_id = $2 AND deleted_at IS NULL) AS owned`,
      [tenantId, userId],
    );
    return row ?? { memberships: 0, owned: 0 };
  }
}

function toMember(row: MemberRow): ProjectMember {
  return { userId: row.user_id, role: row.role, addedAt: row.added_at.toISOString(), addedBy: row.added_by };
}
