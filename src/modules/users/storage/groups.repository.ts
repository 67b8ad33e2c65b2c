import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { AppError } from '../../../kernel/errors/app-error';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Group, GroupMember, GroupMemberQuery, GroupQuery } from '../contract/groups.types';
import type { UserRole } from '../contract/users.types';
import { GROUP_COLUMNS, GROUP_LIST, GROUP_MEMBER_LIST, type GroupRow, toGroup, toMember } from './group.row';
import { addUsers, lockUsers, publishGroups } from './group-writes';

/** The fields of a group without its members. */
export interface GroupFields {
  readonly displayName: string;
  readonly nameKey: string;
  readonly externalId: string | null;
  readonly role: UserRole | null;
}

@Injectable()
export class GroupsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction. Errors: `conflict` if a name or an external id is in use in the tenant. */
  async inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.tenantTransaction(tenantId, work);
    } catch (error) {
      throw explained(error);
    }
  }

  /** Inserts a group. Errors: `conflict` if the name or external id is in use in the tenant. */
  async insert(tx: Tx, tenantId: string, id: string, fields: GroupFields, now: Date): Promise<void> {
    try {
      await tx.run(
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
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<GroupRow>(`SELECT ${GROUP_COLUMNS} FROM users.groups g WHERE g.tenant_id = $1 AND g.id = $2`, [
        tenantId,
        id,
      ]);
    return row ? toGroup(row) : null;
  }

  /** Returns the group and locks it until the transaction ends. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<Group | null> {
    const row = await tx.maybeOne<GroupRow>(
      `SELECT ${GROUP_COLUMNS} FROM users.groups g WHERE g.tenant_id = $1 AND g.id = $2 FOR UPDATE`,
      [tenantId, id],
    );
    return row ? toGroup(row) : null;
  }

  async update(tx: Tx, tenantId: string, id: string, fields: GroupFields, now: Date): Promise<void> {
    await tx.run(
      `UPDATE users.groups SET display_name = $3, name_key = $4, external_id = $5, role = $6, updated_at = $7,
         revision = revision + 1
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, fields.displayName, fields.nameKey, fields.externalId, fields.role, now],
    );
  }

  members(tenantId: string, groupId: string, query: GroupMemberQuery): Promise<CountedPage<GroupMember>> {
    return GROUP_MEMBER_LIST.page(this.database, tenantId, { ...query, groupId }, toMember);
  }

  /**
   * Adds those of the given users who exist. Call it within {@link lock}.
   * @returns the ids that belong to users of the tenant, and the number of new members.
   */
  async addMembers(
    tx: Tx,
    tenantId: string,
    id: string,
    userIds: readonly string[],
    now: Date,
  ): Promise<{ readonly known: readonly string[]; readonly added: number }> {
    const known = await lockUsers(tx, tenantId, userIds);
    const added = await addUsers(tx, tenantId, id, known, now);
    await this.changed(tx, tenantId, id, added, added.length, now);
    return { known, added: added.length };
  }

  /** Removes a member. Call it within {@link lock}. @returns whether the user was a member. */
  async removeMember(tx: Tx, tenantId: string, id: string, userId: string, now: Date): Promise<boolean> {
    const removed = await tx.count(
      'DELETE FROM users.group_members WHERE tenant_id = $1 AND group_id = $2 AND user_id = $3',
      [tenantId, id, userId],
    );
    if (removed > 0) await this.changed(tx, tenantId, id, [userId], -removed, now);
    return removed > 0;
  }

  /** Updates the member count, and notifies every process of the users whose groups changed. */
  private async changed(
    tx: Tx,
    tenantId: string,
    id: string,
    userIds: readonly string[],
    more: number,
    now: Date,
  ): Promise<void> {
    if (userIds.length === 0) return;
    await tx.run(
      `UPDATE users.groups SET revision = revision + 1, updated_at = $3, member_count = member_count + $4
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, now, more],
    );
    await publishGroups(tx, tenantId, userIds);
  }
}

function explained(error: unknown): unknown {
  if (!isUniqueViolation(error)) return error;
  return new AppError('conflict', 'A group with this name or external id already exists in this tenant.');
}
