import { Injectable } from '@nestjs/common';
import { Database } from '../../../../kernel/database/database';
import type { Tx } from '../../../../kernel/database/sql';
import { violatedUnique } from '../../../../kernel/database/database-errors';
import { toJsonb } from '../../../../kernel/database/jsonb';
import { lockTenant } from '../../../../kernel/database/locks';
import { AppError } from '../../../../kernel/errors/app-error';
import type { DirectoryFilter } from '../../contract/directory-filter.types';
import type {
  DirectoryGroup,
  DirectoryGroupWrite,
  DirectoryPage,
  DirectoryQuery,
} from '../../contract/directory.types';
import { groupNameKey } from '../../domain/name-key';
import { addUsers } from '../group-writes';
import {
  DIRECTORY_GROUPS,
  type DirectoryGroupRow,
  membersWhere,
  selectDirectoryGroup,
  toDirectoryGroup,
} from './directory-group.row';

/** The members that a write added or removed. */
export interface MovedMembers {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Groups as an identity provider manages them. */
@Injectable()
export class DirectoryGroupsRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction. Errors: `conflict` if a name or external id is in use. */
  async inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.tenantTransaction(tenantId, work);
    } catch (error) {
      const [pointer, message] = TAKEN[violatedUnique(error) ?? ''] ?? [];
      if (pointer === undefined || message === undefined) throw error;
      throw new AppError('conflict', message, { fields: [{ pointer, code: 'taken', message }] });
    }
  }

  async find(tenantId: string, id: string, withMembers: boolean): Promise<DirectoryGroup | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<DirectoryGroupRow>(
        `SELECT ${selectDirectoryGroup(withMembers)} FROM users.groups g WHERE g.tenant_id = $1 AND g.id = $2`,
        [tenantId, id],
      );
    return row ? toDirectoryGroup(row) : null;
  }

  list(tenantId: string, query: DirectoryQuery, nowMs: number): Promise<DirectoryPage<DirectoryGroup>> {
    return DIRECTORY_GROUPS.page(this.database, { tenantId, query, nowMs }, toDirectoryGroup);
  }

  async insert(tx: Tx, tenantId: string, id: string, write: DirectoryGroupWrite, now: Date): Promise<void> {
    await tx.run(
      `INSERT INTO users.groups (tenant_id, id, display_name, name_key, external_id, profile, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
      [tenantId, id, ...valuesOf(write), now],
    );
  }

  /** Returns a group with its number of users, and locks it until the transaction ends. */
  async lock(tx: Tx, tenantId: string, id: string): Promise<(DirectoryGroup & { readonly userCount: number }) | null> {
    const row = await tx.maybeOne<DirectoryGroupRow & { member_count: number }>(
      `SELECT ${selectDirectoryGroup(false)}, g.member_count FROM users.groups g
       WHERE g.tenant_id = $1 AND g.id = $2 FOR NO KEY UPDATE`,
      [tenantId, id],
    );
    return row ? { ...toDirectoryGroup(row), userCount: row.member_count } : null;
  }

  /** Changes a group. Call it within {@link lock}. */
  async update(tx: Tx, tenantId: string, id: string, write: DirectoryGroupWrite): Promise<void> {
    await tx.run(
      `UPDATE users.groups SET display_name = $3, name_key = $4, external_id = $5, profile = $6
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, ...valuesOf(write)],
    );
  }

  /** Increments a group's version and updates its number of users. Call it within {@link lock}. */
  async touch(tx: Tx, tenantId: string, id: string, userDelta: number, now: Date): Promise<DirectoryGroup> {
    const row = await tx.maybeOne<DirectoryGroupRow>(
      `UPDATE users.groups g SET revision = revision + 1, updated_at = $3, member_count = member_count + $4
       WHERE tenant_id = $1 AND id = $2 RETURNING ${selectDirectoryGroup(false)}`,
      [tenantId, id, now, userDelta],
    );
    if (row === undefined) throw new Error('The row of a locked group is missing.');
    return toDirectoryGroup(row);
  }

  /**
   * Returns the ids that belong to groups of the tenant, and prevents the deletion of these groups until the transaction ends. Does not
   * wait for a transaction that has locked one of them for a change, because that transaction might be waiting to nest groups. No other
   * transaction can nest groups in the meantime.
   */
  async lockGroups(tx: Tx, tenantId: string, ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    await lockTenant(tx, 'users.group_groups', tenantId);
    const rows = await tx.rows<{ id: string }>(
      'SELECT id FROM users.groups WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR KEY SHARE',
      [tenantId, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** Returns those of the `memberIds` that identify the group itself or a group that contains it, even indirectly. */
  async cyclesOf(tx: Tx, tenantId: string, id: string, memberIds: readonly string[]): Promise<readonly string[]> {
    const rows = await tx.rows<{ id: string }>(
      `WITH RECURSIVE above (id) AS (SELECT $2::text UNION
         SELECT n.group_id FROM above a JOIN users.group_groups n ON n.tenant_id = $1 AND n.member_id = a.id)
       SELECT id FROM above WHERE id = ANY ($3)`,
      [tenantId, id, memberIds],
    );
    return rows.map(({ id: member }) => member);
  }

  /** Adds members. @returns the users and groups that were not members before. */
  async add(tx: Tx, tenantId: string, id: string, { users, groups }: MovedMembers, now: Date): Promise<MovedMembers> {
    return {
      users: await addUsers(tx, tenantId, id, users, now),
      groups: await this.moved(tx, groups, [
        `INSERT INTO users.group_groups (tenant_id, group_id, member_id, added_at)
         SELECT $1, $2, unnest($3::text[]), $4 ON CONFLICT DO NOTHING RETURNING member_id AS id`,
        [tenantId, id, groups, now],
      ]),
    };
  }

  /** Removes the members with these ids, or all other members. @returns the removed members. */
  async take(
    tx: Tx,
    tenantId: string,
    id: string,
    which: 'these' | 'others',
    { users, groups }: MovedMembers,
  ): Promise<MovedMembers> {
    const is = which === 'these' ? '= ANY' : '<> ALL';
    const gone = (table: string, column: string): string =>
      `WITH gone AS (DELETE FROM users.${table} WHERE tenant_id = $1 AND group_id = $2 AND ${column} ${is} ($3)
         RETURNING ${column} AS id) SELECT id FROM gone ORDER BY id`;
    const isAll = which === 'others';
    return {
      users: await this.moved(tx, users, [gone('group_members', 'user_id'), [tenantId, id, users]], isAll),
      groups: await this.moved(tx, groups, [gone('group_groups', 'member_id'), [tenantId, id, groups]], isAll),
    };
  }

  /** Returns the ids of the members that match a filter. */
  async membersWhere(tx: Tx, tenantId: string, id: string, filter: DirectoryFilter): Promise<readonly string[]> {
    const values: unknown[] = [tenantId, id];
    const rows = await tx.rows<{ id: string }>(
      membersWhere(filter, (value) => `$${values.push(value)}`),
      values,
    );
    return rows.map((row) => row.id);
  }

  private async moved(
    tx: Tx,
    ids: readonly string[],
    [sql, values]: readonly [string, readonly unknown[]],
    always = false,
  ): Promise<readonly string[]> {
    if (ids.length === 0 && !always) return [];
    const rows = await tx.rows<{ id: string }>(sql, [...values]);
    return rows.map(({ id }) => id);
  }
}

function valuesOf({ displayName, externalId, profile }: DirectoryGroupWrite): readonly unknown[] {
  return [displayName, groupNameKey(displayName), externalId, toJsonb(profile)];
}

/** The group field that each unique key protects. */
const TAKEN: Readonly<Record<string, readonly [pointer: string, words: string]>> = {
  groups_tenant_id_name_key_key: ['/displayName', 'A group with this name already exists in this tenant.'],
  groups_external_id: ['/externalId', 'A group with this external id already exists in this tenant.'],
};
