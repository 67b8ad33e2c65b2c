import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Invitation, InvitationQuery } from '../contract/invitations.types';
import type { UserRole } from '../contract/users.types';
import { emailKey } from '../domain/email-key';
import { nameKey } from '../domain/name-key';
import { INVITATION_COLUMNS, INVITATION_LIST, type InvitationRow, toInvitation } from './invitation.row';

/** A person to invite. */
export interface NewInvitee {
  readonly tenantId: string;
  readonly invitationId: string;
  /** Id of the user to create if the address has no account. */
  readonly userId: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: UserRole;
  /** Roles that the inviting caller can change. Like active users, invited users with any other role cannot be changed. */
  readonly reach: readonly UserRole[];
  readonly hash: Buffer;
  readonly actorId: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

/** An invitation. `userId` is `null` if the address already has an account. In that case, the mail contains no link. */
export interface StoredInvitation {
  readonly invitation: Invitation;
  readonly userId: string | null;
}

/** An invitation that is locked until the transaction ends. */
export interface LockedInvitation extends StoredInvitation {
  /** The role after accepting: the invited user's current role. */
  readonly role: UserRole;
}

/** The owner of a valid token. */
export interface Invitee {
  readonly tenantId: string;
  readonly userId: string;
  readonly email: string;
}

const IS_OPEN = 'accepted_at IS NULL AND revoked_at IS NULL';

@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, query: InvitationQuery): Promise<CountedPage<Invitation>> {
    return INVITATION_LIST.page(this.database, tenantId, query, toInvitation);
  }

  async find(tenantId: string, id: string): Promise<Invitation | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<InvitationRow>(`SELECT ${INVITATION_COLUMNS} FROM users.invitations WHERE tenant_id = $1 AND id = $2`, [
        tenantId,
        id,
      ]);
    return row ? toInvitation(row) : null;
  }

  async lock(tx: Tx, tenantId: string, id: string): Promise<LockedInvitation | null> {
    const rows = await tx.rows<InvitationRow>(
      `SELECT ${INVITATION_COLUMNS} FROM users.invitations WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [tenantId, id],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const users = await tx.maybeOne<{ role: UserRole }>(
      'SELECT role FROM users.users WHERE tenant_id = $1 AND id = $2 FOR SHARE',
      [tenantId, row.user_id],
    );
    return { ...stored(rows), role: users?.role ?? row.role };
  }

  /** Counts the tenant's pending invitations. Call it within `lockMails`, so that no invitation is created concurrently. */
  async countPending(tx: Tx, tenantId: string, now: Date): Promise<number> {
    const row = await tx.maybeOne<{ pending: number }>(
      `SELECT count(*)::int AS pending FROM users.invitations
       WHERE tenant_id = $1 AND ${IS_OPEN} AND expires_at > $2`,
      [tenantId, now],
    );
    return row?.pending ?? 0;
  }

  /**
   * Creates the user if the address has no account, revokes earlier invitations to the address, and creates the new invitation. Runs the
   * same statements in both cases.
   */
  async insert(tx: Tx, invitee: NewInvitee): Promise<StoredInvitation> {
    const { tenantId, invitationId, userId, email, displayName, role, reach, hash, actorId, now, expiresAt } = invitee;
    const key = emailKey(email);
    await tx.run(
      `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, name_key, role, status,
         created_at, updated_at, created_by, updated_by)
       VALUES ($1, $2, $3, $4, false, $5, $6, $7, 'invited', $8, $8, $9, $9)
       ON CONFLICT DO NOTHING`,
      [tenantId, userId, email, key, displayName, nameKey(displayName), role, now, actorId],
    );
    // Does not use `ON CONFLICT`: the sign-in name is also unique, and a statement can handle only one of the two conflicts.
    await tx.run(
      `UPDATE users.users SET role = $3, updated_at = $4, updated_by = $5, version = version + 1
       WHERE tenant_id = $1 AND email_key = $2 AND status = 'invited' AND role <> $3 AND role = ANY ($6)`,
      [tenantId, key, role, now, actorId, reach],
    );
    await tx.run(
      `UPDATE users.invitations SET revoked_at = $3, version = version + 1
       WHERE tenant_id = $1 AND email_key = $2 AND role = ANY ($4) AND ${IS_OPEN}`,
      [tenantId, key, now, reach],
    );
    const rows = await tx.rows<InvitationRow>(
      `INSERT INTO users.invitations (tenant_id, id, hash, email, email_key, role, user_id, created_at, created_by, sent_at,
         expires_at)
       SELECT $1, $2, $3, $4, $5, $6, (SELECT id FROM users.users
         WHERE tenant_id = $1 AND email_key = $5 AND status = 'invited' AND role = ANY ($10)), $7, $8, $7, $9
       RETURNING ${INVITATION_COLUMNS}`,
      [tenantId, invitationId, hash, email, key, role, now, actorId, expiresAt, reach],
    );
    return stored(rows);
  }

  /** Replaces an invitation's token. The old token becomes invalid. Call it within {@link lock}. */
  async renew(
    tx: Tx,
    tenantId: string,
    id: string,
    hash: Buffer,
    now: Date,
    expiresAt: Date,
  ): Promise<StoredInvitation> {
    const rows = await tx.rows<InvitationRow>(
      `UPDATE users.invitations SET hash = $3, sent_at = $4, expires_at = $5, version = version + 1
       WHERE tenant_id = $1 AND id = $2 RETURNING ${INVITATION_COLUMNS}`,
      [tenantId, id, hash, now, expiresAt],
    );
    return stored(rows);
  }

  /** Revokes an invitation, and deletes the user if they have only been invited. Call it within {@link lock}. */
  async revoke(
    tx: Tx,
    tenantId: string,
    id: string,
    now: Date,
    expected: ExpectedVersions,
  ): Promise<StoredInvitation | null> {
    const rows = await tx.rows<InvitationRow>(
      `UPDATE users.invitations SET revoked_at = coalesce(revoked_at, $3), version = version + 1
       WHERE tenant_id = $1 AND id = $2 AND ($4::int[] IS NULL OR version = ANY ($4)) RETURNING ${INVITATION_COLUMNS}`,
      [tenantId, id, now, expected],
    );
    const [row] = rows;
    if (row === undefined) return null;
    await tx.run(`DELETE FROM users.users WHERE tenant_id = $1 AND id = $2 AND status = 'invited'`, [
      tenantId,
      row.user_id,
    ]);
    return stored(rows);
  }

  /** Returns the owner of a valid token; `null` if it is unknown, used, revoked or expired, or its user is no longer invited. */
  async invitee(hash: Buffer, now: Date): Promise<Invitee | null> {
    const found = await this.database
      .platform()
      .maybeOne<{ tenant: string | null }>('SELECT users.tenant_of_invitation($1) AS tenant', [hash]);
    const tenantId = found?.tenant ?? null;
    if (tenantId === null) return null;
    const row = await this.database.tenant(tenantId).maybeOne<{ user_id: string; email: string }>(
      `SELECT u.id AS user_id, u.email FROM users.invitations i
       JOIN users.users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id
       WHERE i.tenant_id = $1 AND i.hash = $2 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3
         AND u.status = 'invited'`,
      [tenantId, hash, now],
    );
    return row ? { tenantId, userId: row.user_id, email: row.email } : null;
  }

  /**
   * Consumes a token, within the caller's transaction. @returns false if it is no longer valid: of many concurrent calls, only one returns
   * true.
   */
  async use(tx: Tx, { tenantId, userId }: Invitee, hash: Buffer, now: Date): Promise<boolean> {
    const used = await tx.count(
      `UPDATE users.invitations SET accepted_at = $4, version = version + 1
       WHERE tenant_id = $1 AND hash = $2 AND user_id = $3 AND ${IS_OPEN} AND expires_at > $4`,
      [tenantId, hash, userId, now],
    );
    return used === 1;
  }

  /** Activates an invited user, within the caller's transaction. @returns false if the user is no longer invited. */
  async activate(
    tx: Tx,
    { tenantId, userId }: Invitee,
    passwordHash: string,
    displayName: string | null,
    now: Date,
  ): Promise<boolean> {
    const changed = await tx.count(
      `UPDATE users.users SET status = 'active', email_verified = true, password_hash = $3,
         credential_version = credential_version + 1, display_name = coalesce($4, display_name),
         name_key = coalesce($5, name_key), version = version + 1, updated_at = $6, updated_by = $2
       WHERE tenant_id = $1 AND id = $2 AND status = 'invited'`,
      [tenantId, userId, passwordHash, displayName, displayName === null ? null : nameKey(displayName), now],
    );
    return changed === 1;
  }
}

function stored(rows: readonly InvitationRow[]): StoredInvitation {
  const [row] = rows;
  if (row === undefined) throw new Error('A stored invitation is missing.');
  return { invitation: toInvitation(row), userId: row.user_id };
}
