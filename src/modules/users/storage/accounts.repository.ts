import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Change } from '../../../kernel/changes/change';
import type { Account, OwnPatch, UserQuery } from '../contract/accounts.types';
import { GROUPS_TOPIC } from '../contract/groups.types';
import { USERS_TOPIC } from '../contract/users.topics';
import type { UserRole, UserStatus } from '../contract/users.types';
import { nameKey } from '../domain/name-key';
import { ACCOUNT_COLUMNS, ACCOUNT_LIST, ACCOUNT_SEARCH, type AccountRow, toAccount } from './account.row';

/** The target of a change, and the facts that decide whether it is allowed. The rows are locked until the transaction ends. */
export interface LockedAccounts {
  readonly target: Account | null;
  /** The acting user; `null` if there is none. */
  readonly actor: Account | null;
  readonly activeOwners: number;
}

/** The user to write, and the actor. */
export interface AccountWrite {
  readonly tenantId: string;
  readonly id: string;
  readonly actorId: string;
  readonly now: Date;
}

/** The members to write. Omitted members stay unchanged. */
export interface AccountChange {
  readonly displayName?: string | undefined;
  readonly role?: UserRole | undefined;
  readonly status?: UserStatus | undefined;
}

@Injectable()
export class AccountsRepository {
  constructor(private readonly database: Database) {}

  /** Lists users. With `q`, the query's sort is `email` or `-email`. */
  list(tenantId: string, query: UserQuery): Promise<CountedPage<Account>> {
    const { q, ...unsearched } = query;
    if (q !== undefined) return ACCOUNT_SEARCH.page(this.database, tenantId, query, toAccount);
    return ACCOUNT_LIST.page(this.database, tenantId, unsearched, toAccount);
  }

  async find(tenantId: string, id: string): Promise<Account | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<AccountRow>(
        { name: 'account', text: `SELECT ${ACCOUNT_COLUMNS} FROM users.users WHERE tenant_id = $1 AND id = $2` },
        [tenantId, id],
      );
    return row === undefined ? null : toAccount(row);
  }

  /**
   * Locks the user, the actor, and all active owners, in a fixed order, so that concurrent calls can neither remove all owners nor
   * deadlock.
   */
  async lock(tx: Tx, tenantId: string, id: string, actorId: string): Promise<LockedAccounts> {
    const rows = await tx.rows<AccountRow>(
      `SELECT ${ACCOUNT_COLUMNS} FROM users.users
       WHERE tenant_id = $1 AND (id IN ($2, $3) OR (role = 'owner' AND status = 'active')) ORDER BY id FOR UPDATE`,
      [tenantId, id, actorId],
    );
    const accounts = rows.map(toAccount);
    const of = (wanted: string): Account | null => accounts.find((account) => account.id === wanted) ?? null;
    return {
      target: of(id),
      actor: of(actorId),
      activeOwners: accounts.filter(({ role, status }) => role === 'owner' && status === 'active').length,
    };
  }

  /**
   * Locks the groups of a user who is about to be deleted, in a fixed order and before {@link lock}, because a change to a group locks the
   * group first, then its users.
   */
  async lockGroupsOf(tx: Tx, tenantId: string, id: string): Promise<void> {
    await tx.run(
      `SELECT FROM users.groups WHERE tenant_id = $1
         AND id IN (SELECT group_id FROM users.group_members WHERE tenant_id = $1 AND user_id = $2)
       ORDER BY id FOR NO KEY UPDATE`,
      [tenantId, id],
    );
  }

  /** Returns the acting user and locks their role until the transaction ends. */
  async lockActor(tx: Tx, tenantId: string, actorId: string): Promise<Account | null> {
    const row = await tx.maybeOne<AccountRow>(
      `SELECT ${ACCOUNT_COLUMNS} FROM users.users WHERE tenant_id = $1 AND id = $2 FOR SHARE`,
      [tenantId, actorId],
    );
    return row ? toAccount(row) : null;
  }

  /** Returns the acting user without a lock, for a call that has locked groups, because deleting a user locks groups first. */
  async findActor(tx: Tx, tenantId: string, actorId: string): Promise<Account | null> {
    const row = await tx.maybeOne<AccountRow>(
      `SELECT ${ACCOUNT_COLUMNS} FROM users.users WHERE tenant_id = $1 AND id = $2`,
      [tenantId, actorId],
    );
    return row ? toAccount(row) : null;
  }

  /** Changes a user. Call it within {@link lock}. */
  async update(tx: Tx, { tenantId, id, actorId, now }: AccountWrite, change: AccountChange): Promise<Account> {
    const { displayName = null, role = null, status = null } = change;
    const row = await tx.one<AccountRow>(
      `UPDATE users.users SET display_name = coalesce($3, display_name), name_key = coalesce($4, name_key),
         role = coalesce($5, role), status = coalesce($6, status), version = version + 1, updated_at = $7, updated_by = $8
       WHERE tenant_id = $1 AND id = $2 RETURNING ${ACCOUNT_COLUMNS}`,
      [tenantId, id, displayName, displayName === null ? null : nameKey(displayName), role, status, now, actorId],
    );
    return toAccount(row);
  }

  /** Changes a user's own settings. Returns `null` if no account has one of the expected versions. */
  async updateOwn(
    tx: Tx,
    { tenantId, id, actorId, now }: AccountWrite,
    { displayName, avatarUrl, preferences = {} }: OwnPatch,
    expected: ExpectedVersions,
  ): Promise<Account | null> {
    const { theme, locale, notificationsEnabled } = preferences;
    const sortedBy = displayName === undefined ? null : nameKey(displayName);
    const row = await tx.maybeOne<AccountRow>(
      `UPDATE users.users SET display_name = coalesce($4, display_name), name_key = coalesce($5, name_key),
         avatar_url = CASE WHEN $6 THEN $7 ELSE avatar_url END, locale = CASE WHEN $8 THEN $9 ELSE locale END,
         theme = coalesce($10, theme), notifications_enabled = coalesce($11, notifications_enabled),
         version = version + 1, updated_at = $12, updated_by = $13
       WHERE tenant_id = $1 AND id = $2 AND ($3::int[] IS NULL OR version = ANY ($3)) RETURNING ${ACCOUNT_COLUMNS}`,
      [
        ...[tenantId, id, expected, displayName ?? null, sortedBy],
        ...[avatarUrl !== undefined, avatarUrl ?? null, locale !== undefined, locale ?? null],
        ...[theme ?? null, notificationsEnabled ?? null, now, actorId],
      ],
    );
    return row ? toAccount(row) : null;
  }

  /** Deletes a user with their memberships and links. Call it within {@link lock}. */
  async remove(tx: Tx, { tenantId, id, now }: AccountWrite): Promise<void> {
    await tx.run(
      `UPDATE users.groups SET member_count = member_count - 1, revision = revision + 1, updated_at = $3
       WHERE tenant_id = $1 AND id IN (SELECT group_id FROM users.group_members WHERE tenant_id = $1 AND user_id = $2)`,
      [tenantId, id, now],
    );
    await tx.run('DELETE FROM users.users WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
    await publishChanges(tx, [{ topic: GROUPS_TOPIC, tenantId, key: id, payload: {} }]);
  }

  /** Notifies every process of a changed user and of the resulting changes. */
  async publish(tx: Tx, tenantId: string, id: string, more: readonly Change[]): Promise<void> {
    await publishChanges(tx, [{ topic: USERS_TOPIC, tenantId, key: id, payload: {} }, ...more]);
  }

  /** Counts the data of this module that belongs to a user. */
  async belongings(tenantId: string, id: string): Promise<{ readonly sessions: number; readonly groups: number }> {
    const row = await this.database.tenant(tenantId).maybeOne<{ sessions: number; groups: number }>(
      `SELECT (SELECT count(*)::int FROM users.sessions WHERE tenant_id = $1 AND user_id = $2) AS sessions,
              (SELECT count(*)::int FROM users.group_members WHERE tenant_id = $1 AND user_id = $2) AS groups`,
      [tenantId, id],
    );
    return row ?? { sessions: 0, groups: 0 };
  }
}
