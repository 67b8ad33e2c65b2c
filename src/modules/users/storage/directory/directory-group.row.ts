import type { Bind } from '../../../../kernel/lists/keyset-list';
import type { DirectoryFilter, DirectoryPath } from '../../contract/directory-filter.types';
import type { DirectoryGroup, DirectoryMember, DirectoryProfile } from '../../contract/directory.types';
import { DirectoryList } from './directory-list';
import { type AttributePlaces, FilterSql } from './filter-sql';

/** A row of `users.groups` as an identity provider manages it. */
export interface DirectoryGroupRow {
  readonly id: string;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly profile: DirectoryProfile;
  readonly members: readonly DirectoryMember[] | null;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Selects the members of the group `g`. */
const MEMBERS = `SELECT m.user_id AS id, 'user' AS kind, mu.display_name FROM users.group_members m
    JOIN users.users mu ON mu.tenant_id = m.tenant_id AND mu.id = m.user_id
    WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id
  UNION ALL SELECT n.member_id, 'group', mg.display_name FROM users.group_groups n
    JOIN users.groups mg ON mg.tenant_id = n.tenant_id AND mg.id = n.member_id
    WHERE n.tenant_id = g.tenant_id AND n.group_id = g.id`;

const MEMBER_LIST = `(SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'kind', m.kind, 'displayName', m.display_name)
  ORDER BY m.id), '[]') FROM (${MEMBERS}) AS m)`;

/** The columns of a {@link DirectoryGroupRow}, for the alias `g`. */
export const selectDirectoryGroup = (withMembers: boolean): string =>
  `g.id, g.display_name, g.external_id, g.profile, g.revision, g.created_at, g.updated_at,
   ${withMembers ? MEMBER_LIST : 'NULL::jsonb'} AS members`;

const MEMBER_JSON = `jsonb_build_object('value', m.id, 'display', m.display_name,
  'type', CASE m.kind WHEN 'user' THEN 'User' ELSE 'Group' END)`;

const GROUP_PLACES: AttributePlaces = {
  columns: {
    id: { sql: 'g.id', type: 'text' },
    externalId: { sql: 'g.external_id', type: 'text' },
    displayName: { sql: '(g.name_key COLLATE "C")', type: 'text', isKey: true },
    'meta.resourceType': { sql: `'Group'::text`, type: 'text' },
    'meta.created': { sql: 'g.created_at', type: 'timestamptz' },
    'meta.lastModified': { sql: 'g.updated_at', type: 'timestamptz' },
    'meta.version': { sql: `('W/"' || g.revision || '"')`, type: 'text' },
    'meta.location': { sql: `('/Groups/' || g.id)`, type: 'text' },
  },
  lists: {
    schemas: `SELECT jsonb_agg(urn) FROM (SELECT 'urn:ietf:params:scim:schemas:core:2.0:Group' AS urn
      UNION ALL SELECT key FROM jsonb_object_keys(g.profile) AS key WHERE key LIKE '%:%') AS urns`,
    members: `SELECT jsonb_agg(${MEMBER_JSON}) FROM (${MEMBERS}) AS m`,
  },
  profile: 'g.profile',
};

/** Returns the id if a filter selects a member by id: "is X in the group" (Entra ID), or `members[value eq "…"]`. */
function memberOf(filter: DirectoryFilter): string | null {
  if (filter.kind === 'values') return isMembers(filter.path) ? idOf(filter.part, []) : null;
  return idOf(filter, ['members']);
}

function isMembers({ root: [name, ...rest] }: DirectoryPath): boolean {
  return name === 'members' && rest.length === 0;
}

function idOf(filter: DirectoryFilter, root: readonly string[]): string | null {
  if (filter.kind !== 'compare' || filter.op !== 'eq' || typeof filter.value !== 'string') return null;
  const { path } = filter;
  return path.sub === 'value' && path.root.length === root.length && path.root[0] === root[0] ? filter.value : null;
}

/** Uses keys for a filter by member id, so that a query does not read all members of a large group. */
class GroupFilterSql extends FilterSql {
  constructor(
    places: AttributePlaces,
    private readonly bindOne: Bind,
  ) {
    super(places, bindOne);
  }

  override condition(filter: DirectoryFilter, scope: string | null = null): string {
    const member = scope === null ? memberOf(filter) : null;
    if (member === null) return super.condition(filter, scope);
    const id = this.bindOne(member);
    return `(EXISTS (SELECT FROM users.group_members m
        WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id AND m.user_id = ${id}::text)
      OR EXISTS (SELECT FROM users.group_groups n
        WHERE n.tenant_id = g.tenant_id AND n.group_id = g.id AND n.member_id = ${id}::text))`;
  }
}

export const DIRECTORY_GROUPS = new DirectoryList<DirectoryGroupRow>({
  list: 'directory.groups',
  select: ({ withMemberships }) => selectDirectoryGroup(withMemberships),
  from: 'users.groups g',
  alias: 'g',
  filterSql: (bind) => new GroupFilterSql(GROUP_PLACES, bind),
});

/** Selects the ids of a group's members that match a filter. Parameters 1 and 2 of the statement are tenant and group. */
export function membersWhere(filter: DirectoryFilter, bind: Bind): string {
  const places = { columns: {}, lists: {}, profile: 'NULL::jsonb' };
  const condition = new FilterSql(places, bind).condition(filter, 'one.json');
  return `SELECT one.id FROM users.groups g, LATERAL (SELECT m.id, ${MEMBER_JSON} AS json FROM (${MEMBERS}) AS m) AS one
    WHERE g.tenant_id = $1 AND g.id = $2 AND ${condition}`;
}

export function toDirectoryGroup(row: DirectoryGroupRow): DirectoryGroup {
  return {
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    profile: row.profile,
    members: row.members,
    version: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
