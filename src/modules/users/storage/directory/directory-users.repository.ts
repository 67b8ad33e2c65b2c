import { Injectable } from '@nestjs/common';
import type { Change } from '../../../../kernel/changes/change';
import { Database } from '../../../../kernel/database/database';
import type { Tx } from '../../../../kernel/database/sql';
import { violatedUnique } from '../../../../kernel/database/database-errors';
import { toJsonb } from '../../../../kernel/database/jsonb';
import type { StagedEvent } from '../../../../kernel/database/staged-event';
import { AppError } from '../../../../kernel/errors/app-error';
import type { DirectoryPage, DirectoryQuery, DirectoryUser, DirectoryUserWrite } from '../../contract/directory.types';
import { emailKey } from '../../domain/email-key';
import { nameKey } from '../../domain/name-key';
import type { AccountWrite } from '../accounts.repository';
import {
  DIRECTORY_USERS,
  directoryUserColumns,
  type DirectoryUserRow,
  selectDirectoryUser,
  toDirectoryUser,
} from './directory-user.row';

/** A user as stored, with status and role already determined. */
export type StoredUserWrite = Omit<DirectoryUserWrite, 'isActive' | 'password'> & Pick<DirectoryUser, 'status'>;

const STAGE = `INSERT INTO kernel.outbox (id, topic, tenant_id, payload)`;

const INSERT = `WITH made AS (
    INSERT INTO users.users AS u (tenant_id, id, user_name, user_name_key, external_id, email, email_key, email_verified,
      display_name, name_key, role, status, profile, password_hash, created_at, updated_at, created_by, updated_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, false, $8, $9,
      coalesce($10, (SELECT default_role FROM users.group_roles WHERE tenant_id = $1), 'member'),
      $11, $12, $13, $14, $14, $15, $15)
    RETURNING ${directoryUserColumns('u')}),
  told AS (${STAGE} SELECT $16, $17, $1, $18::jsonb FROM made)
  SELECT made.*, '[]'::jsonb AS groups FROM made`;

/** A change that does not affect the status, role, sign-in name or address. */
const CHANGE = `WITH changed AS (
    UPDATE users.users u SET external_id = $4, display_name = $5, name_key = $6, profile = $7, version = version + 1,
      updated_at = $8, updated_by = $9
    WHERE tenant_id = $1 AND id = $2 AND version = $3 RETURNING ${directoryUserColumns('u')}, u.tenant_id),
  told AS (${STAGE} SELECT $10, $11, $1, $12::jsonb FROM changed),
  published AS MATERIALIZED (SELECT kernel.publish_changes($13::jsonb) FROM changed WHERE $13::jsonb IS NOT NULL)
  SELECT ${selectDirectoryUser(false)}, (SELECT count(*) FROM published) AS published FROM changed u`;

/** Users as an identity provider manages them. */
@Injectable()
export class DirectoryUsersRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction. Errors: `conflict` if a name or address is in use. */
  async inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return explained(() => this.database.tenantTransaction(tenantId, work));
  }

  async find(tenantId: string, id: string, withGroups: boolean): Promise<DirectoryUser | null> {
    const statement = {
      name: withGroups ? 'directory-user-groups' : 'directory-user',
      text: `SELECT ${selectDirectoryUser(withGroups)} FROM users.users u WHERE u.tenant_id = $1 AND u.id = $2`,
    };
    const row = await this.database.tenant(tenantId).maybeOne<DirectoryUserRow>(statement, [tenantId, id]);
    return row ? toDirectoryUser(row) : null;
  }

  list(tenantId: string, query: DirectoryQuery, nowMs: number): Promise<DirectoryPage<DirectoryUser>> {
    return DIRECTORY_USERS.page(this.database, { tenantId, query, nowMs }, toDirectoryUser);
  }

  /** Inserts a user. Errors: `conflict` if the name or address is in use. */
  async insert(
    { tenantId, id, actorId, now }: AccountWrite,
    write: StoredUserWrite,
    passwordHash: string | null,
    event: StagedEvent,
  ): Promise<DirectoryUser> {
    const [row] = await explained(() =>
      this.database
        .tenant(tenantId)
        .rows<DirectoryUserRow>({ name: 'directory-user-insert', text: INSERT }, [
          ...[tenantId, id, ...valuesOf(write), write.role, write.status, toJsonb(write.profile), passwordHash],
          ...[now, actorId, event.id, event.topic, toJsonb(event.payload)],
        ]),
    );
    if (row === undefined) throw new Error('A stored user is missing.');
    return toDirectoryUser(row);
  }

  /**
   * Makes a change that does not affect access, in one statement.
   * @returns the user without groups; `null` if the user has a different version or no longer exists.
   */
  async change(
    { tenantId, id, actorId, now }: AccountWrite,
    version: number,
    write: Pick<StoredUserWrite, 'externalId' | 'displayName' | 'profile'>,
    event: StagedEvent,
    changes: readonly Change[],
  ): Promise<DirectoryUser | null> {
    const { externalId, displayName, profile } = write;
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<DirectoryUserRow>({ name: 'directory-user-change', text: CHANGE }, [
        ...[tenantId, id, version, externalId, displayName, nameKey(displayName), toJsonb(profile), now, actorId],
        ...[event.id, event.topic, toJsonb(event.payload), changes.length === 0 ? null : toJsonb(changes)],
      ]);
    return row ? toDirectoryUser(row) : null;
  }

  /**
   * Changes all fields, within the caller's transaction, which has locked the user. A new address is unverified.
   * @returns the user without groups.
   */
  async replace(tx: Tx, { tenantId, id, actorId, now }: AccountWrite, write: StoredUserWrite): Promise<DirectoryUser> {
    const row = await tx.maybeOne<DirectoryUserRow>(
      `UPDATE users.users u SET user_name = $3, user_name_key = $4, external_id = $5,
         email_verified = email_verified AND email_key IS NOT DISTINCT FROM $7, email = $6, email_key = $7,
         display_name = $8, name_key = $9, role = coalesce($10, role), status = $11, profile = $12, version = version + 1,
         updated_at = $13, updated_by = $14
       WHERE tenant_id = $1 AND id = $2 RETURNING ${selectDirectoryUser(false)}`,
      [tenantId, id, ...valuesOf(write), write.role, write.status, toJsonb(write.profile), now, actorId],
    );
    if (row === undefined) throw new Error('The row of a locked user is missing.');
    return toDirectoryUser(row);
  }

  /** Deletes the links that were mailed to the user's previous address. */
  async endLinks(tx: Tx, tenantId: string, id: string): Promise<void> {
    await tx.run('DELETE FROM users.password_links WHERE tenant_id = $1 AND user_id = $2', [tenantId, id]);
  }
}

function valuesOf({ userName, externalId, email, displayName }: StoredUserWrite): readonly unknown[] {
  const address = email === null ? null : emailKey(email);
  return [userName, emailKey(userName), externalId, email, address, displayName, nameKey(displayName)];
}

/** The user field that each unique key protects. */
const TAKEN: Readonly<Record<string, readonly [pointer: string, words: string]>> = {
  users_user_name: ['/userName', 'A user with this name already exists in this tenant.'],
  users_tenant_id_email_key_key: ['/emails', 'A user with this email address already exists in this tenant.'],
};

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [pointer, message] = TAKEN[violatedUnique(error) ?? ''] ?? [];
    if (pointer === undefined || message === undefined) throw error;
    throw new AppError('conflict', message, { fields: [{ pointer, code: 'taken', message }] });
  }
}
