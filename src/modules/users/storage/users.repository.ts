import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { type Revocation, revocationChange } from '../../revocation/contract/revocation.types';
import { USERS_TOPIC } from '../contract/users.topics';
import type { AddressedUser, User, UserStatus } from '../contract/users.types';
import { emailKey } from '../domain/email-key';
import { nameKey } from '../domain/name-key';
import { toUser, USER_COLUMNS, type UserRow } from './user.row';

/** A user with the stored password hash, which is `null` for a user without a password. */
export interface Credentials {
  readonly user: AddressedUser;
  readonly passwordHash: string | null;
}

/** A status change, with its effects in the same transaction. */
export interface StatusChange {
  readonly status: 'active' | 'suspended';
  readonly revocation: Revocation;
  readonly event: StagedEvent;
  readonly atMs: number;
}

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction of the tenant, for use cases with several steps. */
  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /**
   * Creates a user.
   * @param within further writes in the same transaction. Errors: `conflict` if the address is in use in the tenant.
   */
  async insert(
    user: AddressedUser,
    passwordHash: string | null,
    actorId: string,
    event: StagedEvent,
    within: (tx: Tx) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const times = [new Date(user.createdAtMs), new Date(user.updatedAtMs)];
    const { tenantId, id, email, emailVerified, displayName, avatarUrl, role, status, locale } = user;
    const names = [tenantId, id, email, emailKey(email), emailVerified, displayName, avatarUrl, role, status, locale];
    try {
      await this.database.tenantTransaction(tenantId, async (tx) => {
        await tx.run(
          `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, avatar_url, role,
             status, locale, password_hash, created_at, updated_at, name_key, created_by, updated_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)`,
          [...names, passwordHash, ...times, nameKey(displayName), actorId],
        );
        await stageEvent(tx, event);
        await within(tx);
      });
    } catch (error) {
      if (isUniqueViolation(error))
        throw new AppError('conflict', 'A user with this email address already exists in this tenant.');
      throw error;
    }
  }

  async find(tenantId: string, userId: string): Promise<User | null> {
    const sql = `SELECT ${USER_COLUMNS} FROM users.users WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<UserRow>(sql, [tenantId, userId]);
    return row ? toUser(row) : null;
  }

  async findByEmail(tenantId: string, key: string): Promise<AddressedUser | null> {
    return (await this.credentials(tenantId, key))?.user ?? null;
  }

  async credentials(tenantId: string, key: string): Promise<Credentials | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<UserRow & { email: string; password_hash: string | null }>(
        `SELECT ${USER_COLUMNS}, password_hash FROM users.users WHERE tenant_id = $1 AND email_key = $2`,
        [tenantId, key],
      );
    return row ? { user: { ...toUser(row), email: row.email }, passwordHash: row.password_hash } : null;
  }

  /** Returns a user within the caller's transaction. Errors: `not_found`. */
  async findWithin(tx: Tx, tenantId: string, userId: string): Promise<User> {
    const sql = `SELECT ${USER_COLUMNS} FROM users.users WHERE tenant_id = $1 AND id = $2`;
    const row = await tx.maybeOne<UserRow>(sql, [tenantId, userId]);
    if (!row) throw new AppError('not_found', 'There is no such user.');
    return toUser(row);
  }

  /** Returns whether a user has a password; false for an unknown user. */
  async hasPassword(tenantId: string, userId: string): Promise<boolean> {
    const sql = `SELECT FROM users.users WHERE tenant_id = $1 AND id = $2 AND password_hash IS NOT NULL`;
    return (await this.database.tenant(tenantId).count(sql, [tenantId, userId])) > 0;
  }

  async hasOwner(tenantId: string): Promise<boolean> {
    const row = await this.database.tenant(tenantId).maybeOne<{ has: boolean }>(
      `SELECT EXISTS (SELECT FROM users.users WHERE tenant_id = $1 AND role = 'owner'
         AND status IN ('active', 'invited')) AS has`,
      [tenantId],
    );
    return row?.has === true;
  }

  /** Returns at most `limit` tenants in which a user has the address. */
  async tenantsOfEmail(key: string, limit: number): Promise<readonly string[]> {
    const sql = 'SELECT users.tenants_of_email($1, $2) AS tenant';
    return (await this.database.platform().rows<{ tenant: string }>(sql, [key, limit])).map(({ tenant }) => tenant);
  }

  /** Replaces the hash of an unchanged password. Does not replace a password that was changed concurrently. */
  async rehash(tenantId: string, userId: string, from: string, to: string): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run('UPDATE users.users SET password_hash = $4 WHERE tenant_id = $1 AND id = $2 AND password_hash = $3', [
        tenantId,
        userId,
        from,
        to,
      ]);
  }

  /**
   * Sets a password, or removes it (`null`), within the caller's transaction. `verifies` is true if the user has proved that they receive mail at the address;
   * this also accepts an invitation.
   * @returns the changed user; `null` if there is none, or the user is not allowed to have a password now.
   */
  async setPassword(
    tx: Tx,
    tenantId: string,
    userId: string,
    passwordHash: string | null,
    options: { readonly verifies: boolean; readonly atMs: number },
  ): Promise<User | null> {
    const row = await tx.maybeOne<UserRow>(
      `WITH changed AS (
         UPDATE users.users SET password_hash = $3, credential_version = credential_version + 1, updated_at = $5,
           version = version + 1, email_verified = email_verified OR $4,
           status = CASE WHEN status = 'invited' THEN 'active' ELSE status END
         WHERE tenant_id = $1 AND id = $2 AND (NOT $4 OR status IN ('active', 'invited'))
         RETURNING *)
       SELECT ${USER_COLUMNS} FROM changed`,
      [tenantId, userId, passwordHash, options.verifies, new Date(options.atMs)],
    );
    return row ? toUser(row) : null;
  }

  /**
   * Returns whether a user is still active and has the same credentials as before. Locks the row of the user until the transaction ends.
   */
  async lockAccount(tx: Tx, { tenantId, id, credentialVersion }: User): Promise<boolean> {
    const row = await tx.maybeOne<{ status: UserStatus; credential_version: number }>(
      'SELECT status, credential_version FROM users.users WHERE tenant_id = $1 AND id = $2 FOR SHARE',
      [tenantId, id],
    );
    return row?.status === 'active' && row.credential_version === credentialVersion;
  }

  /**
   * Changes the status within the caller's transaction, and publishes and records the change. Does nothing if the status is already set.
   * Errors: `not_found`; `conflict` for the last active owner.
   */
  async setStatus(tx: Tx, tenantId: string, userId: string, change: StatusChange): Promise<User> {
    // Locks all owners and the user, in a fixed order, so that concurrent calls can neither remove all owners nor deadlock.
    const rows = await tx.rows<UserRow>(
      `SELECT ${USER_COLUMNS} FROM users.users
       WHERE tenant_id = $1 AND (id = $2 OR (role = 'owner' AND status = 'active')) ORDER BY id FOR UPDATE`,
      [tenantId, userId],
    );
    const row = rows.find(({ id }) => id === userId);
    if (!row) throw new AppError('not_found', 'There is no such user.');
    const owners = rows.filter(({ role, status }) => role === 'owner' && status === 'active');
    if (change.status === 'suspended' && owners.length === 1 && owners[0]?.id === userId) {
      throw new AppError('conflict', 'The last active owner of a tenant cannot be suspended.');
    }
    if (row.status === change.status) return toUser(row);
    const updatedAt = new Date(change.atMs);
    await tx.run(
      'UPDATE users.users SET status = $3, updated_at = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2',
      [tenantId, userId, change.status, updatedAt],
    );
    await this.publish(tx, tenantId, userId, [change.revocation]);
    await stageEvent(tx, change.event);
    return toUser({ ...row, status: change.status, updated_at: updatedAt });
  }

  /** Notifies every process of a changed user and of the resulting revocations. */
  async publish(tx: Tx, tenantId: string, userId: string, revocations: readonly Revocation[] = []): Promise<void> {
    const changed = { topic: USERS_TOPIC, tenantId, key: userId, payload: {} };
    await publishChanges(tx, [changed, ...revocations.map(revocationChange)]);
  }
}
