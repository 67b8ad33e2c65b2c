import type { DirectoryMembership, DirectoryProfile, DirectoryUser } from '../../contract/directory.types';
import type { UserRole, UserStatus } from '../../contract/users.types';
import { isShownActive } from '../../domain/directory-status';
import { DirectoryList } from './directory-list';
import { type AttributePlaces, FilterSql } from './filter-sql';

/** A row of `users.users` as an identity provider manages it. */
export interface DirectoryUserRow {
  readonly id: string;
  readonly user_name: string;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly display_name: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  readonly profile: DirectoryProfile;
  readonly name: unknown;
  readonly groups: readonly DirectoryMembership[] | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The structured name, derived from the account's name until an identity provider writes one: the last word is the family name. */
const nameOf = (of: string): string => `CASE WHEN ${of}.profile ? 'emails' THEN ${of}.profile -> 'name'
  ELSE jsonb_build_object('formatted', ${of}.display_name, 'givenName', regexp_replace(${of}.display_name, ' +[^ ]+$', ''),
    'familyName', regexp_replace(${of}.display_name, '^.* ', '')) END`;

/** The columns of a {@link DirectoryUserRow} without its groups, for a table or alias. */
export const directoryUserColumns = (of: string): string =>
  `${of}.id, coalesce(${of}.user_name, ${of}.email) AS user_name, ${of}.external_id, ${of}.email, ${of}.display_name,
   ${of}.role, ${of}.status, ${of}.profile, ${nameOf(of)} AS name, ${of}.version, ${of}.created_at, ${of}.updated_at`;

/** The groups of the user `u`, including groups to which the user belongs through nested groups. */
const GROUPS = `(WITH RECURSIVE reached (id) AS (
    SELECT group_id FROM users.group_members WHERE tenant_id = u.tenant_id AND user_id = u.id
    UNION SELECT n.group_id FROM reached r JOIN users.group_groups n ON n.tenant_id = u.tenant_id AND n.member_id = r.id)
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'displayName', g.display_name, 'isDirect', EXISTS (
      SELECT FROM users.group_members m WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id AND m.group_id = g.id))
    ORDER BY g.id), '[]')
  FROM reached r JOIN users.groups g ON g.tenant_id = u.tenant_id AND g.id = r.id)`;

/** The columns of a {@link DirectoryUserRow}, for the alias `u`. */
export const selectDirectoryUser = (withGroups: boolean): string =>
  `${directoryUserColumns('u')}, ${withGroups ? GROUPS : 'NULL::jsonb'} AS groups`;

/** The email addresses that an identity provider wrote; otherwise, the account's address. */
const EMAILS = `CASE WHEN u.profile ? 'emails' THEN u.profile -> 'emails' WHEN u.email IS NOT NULL
  THEN jsonb_build_array(jsonb_build_object('value', u.email, 'primary', true)) END`;

/**
 * Matches the index expression. With row security, only leakproof expressions can use an index; `coalesce` does not count as leakproof.
 */
export const USER_NAME_KEY =
  '(CASE WHEN u.user_name_key IS NULL THEN u.email_key ELSE u.user_name_key END COLLATE "C")';

const USER_PLACES: AttributePlaces = {
  columns: {
    id: { sql: 'u.id', type: 'text' },
    externalId: { sql: 'u.external_id', type: 'text' },
    userName: { sql: USER_NAME_KEY, type: 'text', isKey: true },
    displayName: { sql: 'u.name_key', type: 'text', isKey: true },
    active: { sql: `u.status IN ('active', 'invited')`, type: 'boolean' },
    'meta.resourceType': { sql: `'User'::text`, type: 'text' },
    'meta.created': { sql: 'u.created_at', type: 'timestamptz' },
    'meta.lastModified': { sql: 'u.updated_at', type: 'timestamptz' },
    'meta.version': { sql: `('W/"' || u.version || '"')`, type: 'text' },
    'meta.location': { sql: `('/Users/' || u.id)`, type: 'text' },
  },
  lists: {
    schemas: `SELECT jsonb_agg(urn) FROM (SELECT 'urn:ietf:params:scim:schemas:core:2.0:User' AS urn
      UNION ALL SELECT key FROM jsonb_object_keys(u.profile) AS key WHERE key LIKE '%:%') AS urns`,
    emails: EMAILS,
    name: nameOf('u'),
    groups: `SELECT jsonb_agg(jsonb_build_object('value', g ->> 'id', 'display', g ->> 'displayName',
      'type', CASE WHEN (g -> 'isDirect')::boolean THEN 'direct' ELSE 'indirect' END))
      FROM jsonb_array_elements(${GROUPS}) AS g`,
  },
  profile: 'u.profile',
};

export const DIRECTORY_USERS = new DirectoryList<DirectoryUserRow>({
  list: 'directory.users',
  select: ({ withMemberships }) => selectDirectoryUser(withMemberships),
  from: 'users.users u',
  alias: 'u',
  filterSql: (bind) => new FilterSql(USER_PLACES, bind),
});

export function toDirectoryUser(row: DirectoryUserRow): DirectoryUser {
  const { email, name } = row;
  const isKnown = Object.hasOwn(row.profile, 'emails') || email === null;
  const profile = { ...row.profile, ...(name === null ? {} : { name }) };
  return {
    id: row.id,
    userName: row.user_name,
    externalId: row.external_id,
    email,
    displayName: row.display_name,
    role: row.role,
    status: row.status,
    isActive: isShownActive(row.status),
    profile: isKnown ? profile : { ...profile, emails: [{ value: email, primary: true }] },
    groups: row.groups,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
