import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database, type Tx } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { AppError } from '../../../kernel/errors/app-error';
import type { CountedPage } from '../../../kernel/lists/list-query';
import {
  type Group,
  type GroupMember,
  type GroupMemberQuery,
  type GroupQuery,
  GROUPS_TOPIC,
} from '../contract/groups.types';
import type { UserRole } from '../contract/users.types';
import { GROUP_COLUMNS, GROUP_LIST, GROUP_MEMBER_LIST, type GroupRow, toGroup, toMember } from './group.row';

/** What a group is besides its members. */
export interface GroupFields {
  readonly displayName: string;
  readonly nameKey: string;
  readonly externalId: string | null;
  readonly role: UserRole | null;
}

@Injectable()
export class GroupsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction. Errors: `conflict` when a name or an external id is taken in the tenant. */
  async inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.tenantTransaction(tenantId, work);
    } catch (error) {
      throw explained(error);
    }
  }

  /** How many groups there are; none is made meanwhile. */
  async countLocked(tx: Tx, tenantId: string): Promise<number> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('users.groups'), hashtext($1))`, [tenantId]);
    const [row]: { groups: number }[] = await tx.query(
      'SELECT count(*)::int AS groups FROM users.groups WHERE tenant_id = $1',
      [tenantId],
    );
    return row?.groups ?? 0;
  }

  /** Errors: `conflict` when a name or an external id is taken in the tenant. */
  async insert(tx: Tx, tenantId: string, id: string, fields: GroupFields, now: Date): Promise<void> {
    try {
      await tx.query(
        `INSERT INTO users.groups (tenant_id, id, display_name, name_key, external_id, role, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
        [tenantId, id, fields.displayName, fields.nameKey, fields.externalId, fields.role, now],
      );
    } catch (error) {
      throw explained(error);
    }
  }

  list(tenantId: string, query: GroupQuery): Promise<CountedPage<Group>> {
    return GROUP_LIST.page(this.database, tenantId, query, toGroup);
  }

  async find(tenantId: string, id: string): Promise<Group | null> {
    const [row] = await this.database.tenantQuery<GroupRow>(
      tenantId,
      `SELECT ${GROUP_COLUMNS} FROM users.groups g WHERE g.tenant_id = $1 AND g.id = $2`,
      [tenantId, id],
    );
    return row ? toGroup(row) : null;
  }

  /** The group, which stays as it is until the transaction ends. */
  async hold(tx: Tx, tenantId: string, id: string): Promise<Group | null> {
    const rows: GroupRow[] = await tx.query(
      `SELECT ${GROUP_COLUMNS} FROM users.groups g WHERE g.tenant_id = $1 AND g.id = $2 FOR UPDATE`,
      [tenantId, id],
    );
    return rows[0] ? toGroup(rows[0]) : null;
  }

  async update(tx: Tx, tenantId: string, id: string, fields: GroupFields, now: Date): Promise<void> {
    await tx.query(
      `UPDATE users.groups SET display_name = $3, name_key = $4, external_id = $5, role = $6, updated_at = $7,
         revision = revision + 1
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, fields.displayName, fields.nameKey, fields.externalId, fields.role, now],
    );
  }

  /** Deletes a group, its memberships with it, and tells every process. */
  async remove(tx: Tx, tenantId: string, id: string): Promise<void> {
    await tx.query('DELETE FROM users.groups WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
    await publishChanges(tx, [{ topic: GROUPS_TOPIC, tenantId, key: id, payload: {} }]);
  }

  members(tenantId: string, groupId: string, query: GroupMemberQuery): Promise<CountedPage<GroupMember>> {
    return GROUP_MEMBER_LIST.page(this.database, tenantId, { ...query, groupId }, toMember);
  }

  /**
   * Adds those of the given users who exist, within {@link hold}.
   * @returns the ids that are users of the tenant, and how many of them are new in the group.
   */
  async addMembers(
    tx: Tx,
    tenantId: string,
    id: string,
    userIds: readonly string[],
    now: Date,
  ): Promise<{ readonly known: readonly string[]; readonly added: number }> {
    // Held, so that a user who is deleted meanwhile is either no member or takes the membership along.
    const users: { id: string }[] = await tx.query(
      'SELECT id FROM users.users WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR SHARE',
      [tenantId, userIds],
    );
    const known = users.map(({ id: userId }) => userId);
    const added: { user_id: string }[] = await tx.query(
      `INSERT INTO users.group_members (tenant_id, group_id, user_id, added_at)
       SELECT $1, $2, unnest($3::text[]), $4 ON CONFLICT DO NOTHING RETURNING user_id`,
      [tenantId, id, known, now],
    );
    await this.changed(tx, tenantId, id, added, added.length, now);
    return { known, added: added.length };
  }

  /** Within {@link hold}. @returns whether the user was a member. */
  async removeMember(tx: Tx, tenantId: string, id: string, userId: string, now: Date): Promise<boolean> {
    const [removed]: [{ user_id: string }[], number] = await tx.query(
      'DELETE FROM users.group_members WHERE tenant_id = $1 AND group_id = $2 AND user_id = $3 RETURNING user_id',
      [tenantId, id, userId],
    );
    await this.changed(tx, tenantId, id, removed, -removed.length, now);
    return removed.length > 0;
  }

  /** The count of members as it is now, and word to every process of those whose groups are others now. */
  private async changed(
    tx: Tx,
    tenantId: string,
    id: string,
    users: readonly { user_id: string }[],
    more: number,
    now: Date,
  ): Promise<void> {
    if (users.length === 0) return;
    await tx.query(
      `UPDATE users.groups SET revision = revision + 1, updated_at = $3, member_count = member_count + $4
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, now, more],
    );
    await publishChanges(
      tx,
      users.map(({ user_id: key }) => ({ topic: GROUPS_TOPIC, tenantId, key, payload: {} })),
    );
  }
}

function explained(error: unknown): unknown {
  if (!isUniqueViolation(error)) return error;
  return new AppError('conflict', 'Another group of this tenant has this name or external id.');
}
