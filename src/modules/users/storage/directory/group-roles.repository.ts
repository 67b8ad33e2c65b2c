import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../../kernel/changes/publish';
import { Database } from '../../../../kernel/database/database';
import type { Tx } from '../../../../kernel/database/sql';
import { toJsonb } from '../../../../kernel/database/jsonb';
import { lockTenant, lockTenantShared } from '../../../../kernel/database/locks';
import type { StagedEvent } from '../../../../kernel/database/staged-event';
import { roleChange } from '../../../revocation/contract/revocation.types';
import type { GroupRoles, NewGroupRoles } from '../../contract/directory.types';
import { USERS_TOPIC } from '../../contract/users.topics';
import { USER_ROLES, type UserRole } from '../../contract/users.types';

/** A user whose role has changed. */
export interface ChangedRole {
  readonly userId: string;
  readonly role: UserRole;
  readonly before: UserRole;
}

type EventOf = (changed: ChangedRole) => StagedEvent;

/** Maximum number of users who are assigned roles in one statement. */
const BATCH = 5_000;

/** The group and every group that contains it, even indirectly. */
const ABOVE = `WITH RECURSIVE above (id) AS (SELECT $2::text UNION
  SELECT n.group_id FROM above a JOIN users.group_groups n ON n.tenant_id = $1 AND n.member_id = a.id)`;

/** The groups and every group that they contain, even indirectly. */
const BELOW = `WITH RECURSIVE below (id) AS (SELECT unnest($2::text[]) UNION
  SELECT n.member_id FROM below b JOIN users.group_groups n ON n.tenant_id = $1 AND n.group_id = b.id)`;

/** Stores the roles that groups assign, and updates the roles of their users. */
@Injectable()
export class GroupRolesRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string): Promise<GroupRoles | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<GroupRoles>(
        'SELECT rules, default_role AS "defaultRole", version FROM users.group_roles WHERE tenant_id = $1',
        [tenantId],
      );
    return row ?? null;
  }

  /** Replaces the rule within the caller's transaction, and updates the groups that it names. */
  async put(tx: Tx, tenantId: string, roles: NewGroupRoles, by: string, now: Date): Promise<GroupRoles> {
    const row = await tx.one<GroupRoles>(
      `INSERT INTO users.group_roles AS r (tenant_id, rules, default_role, updated_at, updated_by)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id) DO UPDATE SET rules = excluded.rules, default_role = excluded.default_role,
         version = r.version + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by
       RETURNING rules, default_role AS "defaultRole", version`,
      [tenantId, toJsonb(roles.rules), roles.defaultRole, now, by],
    );
    await tx.run(
      `UPDATE users.groups g SET granted_role = ${ruleOf('g.name_key')} WHERE tenant_id = $1
         AND granted_role IS DISTINCT FROM ${ruleOf('g.name_key')}`,
      [tenantId],
    );
    return row;
  }

  /** Returns the version of the rule and locks it until the transaction ends; 0 if there is none. */
  async holdVersion(tx: Tx, tenantId: string): Promise<number> {
    await lockTenant(tx, 'users.group_roles', tenantId);
    const row = await tx.maybeOne<{ version: number }>(
      'SELECT version FROM users.group_roles WHERE tenant_id = $1 FOR UPDATE',
      [tenantId],
    );
    return row?.version ?? 0;
  }

  /**
   * Serializes changes to groups if groups assign roles: each change computes roles from committed data, and two concurrent changes would
   * not see each other's data. If no group assigns a role, changes only wait for a rule that is being set.
   */
  async holdMoves(tx: Tx, tenantId: string): Promise<void> {
    const sql = `SELECT FROM users.group_roles WHERE tenant_id = $1 AND rules <> '[]'`;
    const lock = (await tx.count(sql, [tenantId])) > 0 ? lockTenant : lockTenantShared;
    await lock(tx, 'users.group_roles', tenantId);
  }

  /** Updates the role of a group that is new or has a new name, according to the rule. @returns whether the role changed. */
  async mark(tx: Tx, tenantId: string, groupId: string): Promise<boolean> {
    const count = await tx.count(
      `UPDATE users.groups g SET granted_role = ${ruleOf('g.name_key')} WHERE tenant_id = $1 AND id = $2
         AND granted_role IS DISTINCT FROM ${ruleOf('g.name_key')}`,
      [tenantId, groupId],
    );
    return count > 0;
  }

  /** Returns the roles that a group assigns to its members, directly and through the groups that it is in, without duplicates. */
  async rolesGivenBy(tx: Tx, tenantId: string, groupId: string): Promise<readonly UserRole[]> {
    const rows = await tx.rows<{ role: UserRole }>(
      `${ABOVE} SELECT DISTINCT g.granted_role AS role FROM above a JOIN users.groups g ON g.tenant_id = $1 AND g.id = a.id
       WHERE g.granted_role IS NOT NULL`,
      [tenantId, groupId],
    );
    return rows.map(({ role }) => role);
  }

  /** Returns all users in the given groups, including users who belong to them through nested groups. */
  async usersBelow(tx: Tx, tenantId: string, groupIds: readonly string[]): Promise<readonly string[]> {
    const rows = await tx.rows<{ user_id: string }>(
      `${BELOW} SELECT DISTINCT m.user_id FROM below b JOIN users.group_members m ON m.tenant_id = $1 AND m.group_id = b.id`,
      [tenantId, groupIds],
    );
    return rows.map(({ user_id: userId }) => userId);
  }

  /** Returns all users of the tenant who are in a group. */
  async usersInGroups(tx: Tx, tenantId: string): Promise<readonly string[]> {
    const rows = await tx.rows<{ user_id: string }>(
      'SELECT DISTINCT user_id FROM users.group_members WHERE tenant_id = $1',
      [tenantId],
    );
    return rows.map(({ user_id: userId }) => userId);
  }

  /**
   * Assigns users the highest role of their groups, or the default role, within the caller's transaction. Stages an event for each changed
   * role, and revokes tokens with the old role. Does not change owners.
   * @param check throws if the caller is not allowed to make a change.
   */
  async give(
    tx: Tx,
    tenantId: string,
    userIds: readonly string[],
    now: Date,
    { check, eventOf }: { readonly check: (changed: ChangedRole) => void; readonly eventOf: EventOf },
  ): Promise<void> {
    for (let from = 0; from < userIds.length; from += BATCH) {
      const changed = await this.giveBatch(tx, tenantId, userIds.slice(from, from + BATCH), now);
      for (const one of changed) check(one);
      if (changed.length > 0) await this.publish(tx, tenantId, changed, now, eventOf);
    }
  }

  private async giveBatch(
    tx: Tx,
    tenantId: string,
    ids: readonly string[],
    now: Date,
  ): Promise<readonly ChangedRole[]> {
    // This is a separate statement, so that the next one sees the groups that concurrent transactions committed before releasing these
    // rows.
    await tx.run('SELECT FROM users.users WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR NO KEY UPDATE', [
      tenantId,
      ids,
    ]);
    const rows = await tx.rows<{ id: string; role: UserRole; before: UserRole }>(
      `WITH RECURSIVE wanted AS (SELECT u.id, u.role AS before FROM users.users u WHERE u.tenant_id = $1 AND u.id = ANY ($2)),
       reached (user_id, group_id) AS (
         SELECT m.user_id, m.group_id FROM wanted w JOIN users.group_members m ON m.tenant_id = $1 AND m.user_id = w.id
         UNION SELECT r.user_id, n.group_id FROM reached r
           JOIN users.group_groups n ON n.tenant_id = $1 AND n.member_id = r.group_id),
       best AS (SELECT r.user_id, min(array_position($3::text[], g.granted_role)) AS rank
         FROM reached r JOIN users.groups g ON g.tenant_id = $1 AND g.id = r.group_id
         WHERE g.granted_role IS NOT NULL GROUP BY r.user_id),
       given AS (SELECT w.id, w.before, coalesce(($3::text[])[b.rank],
           (SELECT default_role FROM users.group_roles WHERE tenant_id = $1), 'member') AS role
         FROM wanted w LEFT JOIN best b ON b.user_id = w.id)
       UPDATE users.users u SET role = given.role, version = u.version + 1, updated_at = $4
       FROM given WHERE u.tenant_id = $1 AND u.id = given.id AND u.role <> 'owner' AND u.role <> given.role
       RETURNING u.id, u.role, given.before`,
      [tenantId, ids, [...USER_ROLES], now],
    );
    return rows.map(({ id: userId, role, before }) => ({ userId, role, before }));
  }

  private async publish(
    tx: Tx,
    tenantId: string,
    changed: readonly ChangedRole[],
    now: Date,
    eventOf: EventOf,
  ): Promise<void> {
    const events = changed.map(eventOf);
    await tx.run(
      `INSERT INTO kernel.outbox (id, topic, tenant_id, payload)
       SELECT id, topic, $1, payload::jsonb FROM unnest($2::text[], $3::text[], $4::text[]) AS event (id, topic, payload)`,
      [tenantId, events.map(({ id }) => id), events.map(({ topic }) => topic), events.map((e) => toJsonb(e.payload))],
    );
    await publishChanges(
      tx,
      changed.flatMap(({ userId, role }) => [
        { topic: USERS_TOPIC, tenantId, key: userId, payload: {} },
        roleChange(userId, role, tenantId, now.getTime()),
      ]),
    );
  }
}

/** Selects the role of the first rule that names a group. */
function ruleOf(nameKey: string): string {
  return `(SELECT rule ->> 'role' FROM users.group_roles r, jsonb_array_elements(r.rules) WITH ORDINALITY AS one (rule, place)
    WHERE r.tenant_id = $1 AND lower(normalize(rule ->> 'group', NFKC)) = ${nameKey} ORDER BY place LIMIT 1)`;
}
