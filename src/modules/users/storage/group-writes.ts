import { lockTenant } from '../../../kernel/database/locks';
import { publishChanges } from '../../../kernel/changes/publish';
import type { Tx } from '../../../kernel/database/sql';
import { GROUPS_TOPIC } from '../contract/groups.types';

/** Write operations on groups, shared by user management and identity providers. */

/** Counts the groups. No group can be created until the transaction ends. */
export async function countGroupsLocked(tx: Tx, tenantId: string): Promise<number> {
  await lockTenant(tx, 'users.groups', tenantId);
  const row = await tx.maybeOne<{ groups: number }>(
    'SELECT count(*)::int AS groups FROM users.groups WHERE tenant_id = $1',
    [tenantId],
  );
  return row?.groups ?? 0;
}

/**
 * Returns the ids that belong to users of the tenant, and locks those users. If one of these users is deleted concurrently, either the user
 * does not become a member, or the deletion also removes the membership. The lock is shared: other transactions can also take it before
 * they assign roles.
 */
export async function lockUsers(tx: Tx, tenantId: string, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.rows<{ id: string }>(
    'SELECT id FROM users.users WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR KEY SHARE',
    [tenantId, ids],
  );
  return rows.map(({ id }) => id);
}

/** Adds locked users. @returns the users who were not members before. */
export async function addUsers(
  tx: Tx,
  tenantId: string,
  groupId: string,
  ids: readonly string[],
  now: Date,
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.rows<{ id: string }>(
    `INSERT INTO users.group_members (tenant_id, group_id, user_id, added_at)
     SELECT $1, $2, unnest($3::text[]), $4 ON CONFLICT DO NOTHING RETURNING user_id AS id`,
    [tenantId, groupId, ids, now],
  );
  return rows.map(({ id }) => id);
}

/** Deletes a group with its memberships, and notifies every process. */
export async function deleteGroup(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.run('DELETE FROM users.groups WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
  await publishGroups(tx, tenantId, [id]);
}

/** Notifies every process of changed group memberships. If the key is a group id, it stands for all users of the group. */
export async function publishGroups(tx: Tx, tenantId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await publishChanges(
    tx,
    ids.map((key) => ({ topic: GROUPS_TOPIC, tenantId, key, payload: {} })),
  );
}
