import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { ListQuery } from '../../../kernel/lists/list-query';
import {
  type Group,
  GROUP_LIMITS,
  type GroupMember,
  type GroupMemberQuery,
  type GroupQuery,
} from '../contract/groups.types';
import type { UserRole } from '../contract/users.types';

/** A group as stored, with the first of its members. */
export interface GroupRow {
  readonly id: string;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly role: UserRole | null;
  readonly members: string[] | null;
  readonly member_count: number;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface MemberRow {
  readonly user_id: string;
  readonly added_at: Date;
}

/** The SELECT list of a {@link GroupRow}, from `users.groups g`. */
export const GROUP_COLUMNS = `g.id, g.display_name, g.external_id, g.role, g.member_count, g.revision, g.created_at,
  g.updated_at, (SELECT array_agg(m.user_id) FROM (
     SELECT user_id FROM users.group_members WHERE tenant_id = g.tenant_id AND group_id = g.id
     ORDER BY user_id LIMIT ${GROUP_LIMITS.shownMembers}) AS m) AS members`;

export const GROUP_LIST = new KeysetList<GroupQuery, GroupRow>({
  list: 'groups',
  select: GROUP_COLUMNS,
  from: 'users.groups g',
  tenant: 'g.tenant_id',
  id: 'g.id',
  sorts: {
    createdAt: { column: 'g.created_at', type: 'timestamptz' },
    updatedAt: { column: 'g.updated_at', type: 'timestamptz' },
    // Names are sorted as users read them: case-insensitively.
    displayName: { column: 'g.name_key', type: 'text' },
  },
  filters: {
    role: (value, bind) => `g.role = ${bind(value)}`,
    externalId: (value, bind) => `g.external_id = ${bind(value)}`,
  },
});

/** A member query with its group. Its cursors are bound to the query and the group. */
type MembersOf = GroupMemberQuery & ListQuery & { readonly groupId: string };

export const GROUP_MEMBER_LIST = new KeysetList<MembersOf, MemberRow>({
  list: 'group members',
  select: 'user_id, added_at',
  from: 'users.group_members',
  tenant: 'tenant_id',
  id: 'user_id',
  sorts: {
    userId: { column: 'user_id', type: 'text' },
    addedAt: { column: 'added_at', type: 'timestamptz' },
  },
  filters: { groupId: (value, bind) => `group_id = ${bind(value)}` },
});

export function toGroup(row: GroupRow): Group {
  return {
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    role: row.role,
    members: row.members ?? [],
    memberCount: row.member_count,
    version: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function toMember({ user_id: userId, added_at: addedAt }: MemberRow): GroupMember {
  return { userId, addedAt: addedAt.toISOString() };
}
