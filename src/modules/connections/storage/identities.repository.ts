import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { retainedChanges } from '../../../kernel/changes/retained-changes';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { CountedPage } from '../../../kernel/lists/list-query';
import { USER_DELETIONS_TOPIC } from '../../users/contract/users.topics';
import type { Identity, IdentityQuery } from '../contract/identities.types';

/** The key of an identity at a provider. */
export interface IdentityKey {
  readonly connectionId: string;
  readonly issuer: string;
  readonly subject: string;
}

/** An identity to link. */
export interface NewIdentity extends IdentityKey {
  readonly id: string;
  readonly userId: string;
  readonly email: string | null;
  readonly at: Date;
}

interface IdentityRow {
  readonly id: string;
  readonly connection_id: string;
  readonly issuer: string;
  readonly user_id: string;
  readonly email: string | null;
  readonly linked_at: Date;
  readonly last_used_at: Date;
}

const IDENTITY = 'id, connection_id, issuer, user_id, email, linked_at, last_used_at';

const IDENTITY_LIST = new KeysetList<IdentityQuery & { readonly connectionId: string }, IdentityRow>({
  list: 'identities',
  select: IDENTITY,
  from: 'connections.identities',
  tenant: 'tenant_id',
  id: 'id',
  sorts: { linkedAt: { column: 'linked_at', type: 'timestamptz' } },
  filters: {
    connectionId: (value, bind) => `connection_id = ${bind(value)}`,
    userId: (value, bind) => `user_id = ${bind(value)}`,
  },
});

/** Identities at providers, and the users to whom they are linked. */
@Injectable()
export class IdentitiesRepository {
  constructor(private readonly database: Database) {}

  list(tenantId: string, connectionId: string, query: IdentityQuery): Promise<CountedPage<Identity>> {
    return IDENTITY_LIST.page(this.database, tenantId, { ...query, connectionId }, toIdentity);
  }

  /** Returns a user's identities, oldest first, at most 100. */
  async ofUser(tenantId: string, userId: string): Promise<readonly Identity[]> {
    const sql = `SELECT ${IDENTITY} FROM connections.identities WHERE tenant_id = $1 AND user_id = $2
      ORDER BY linked_at, id LIMIT 100`;
    return (await this.database.tenant(tenantId).rows<IdentityRow>(sql, [tenantId, userId])).map(toIdentity);
  }

  /** Returns the id of the user to whom an identity is linked; `null` for a new identity. */
  async userOf(tenantId: string, key: IdentityKey): Promise<string | null> {
    const sql = `SELECT user_id FROM connections.identities
      WHERE tenant_id = $1 AND connection_id = $2 AND issuer = $3 AND subject = $4`;
    const values = [tenantId, key.connectionId, key.issuer, key.subject];
    return (await this.database.tenant(tenantId).maybeOne<{ user_id: string }>(sql, values))?.user_id ?? null;
  }

  /** Notes a use, with the address that the provider sends now. */
  async noteUse(tenantId: string, key: IdentityKey, email: string | null, at: Date): Promise<void> {
    await this.database.tenant(tenantId).run(
      `UPDATE connections.identities SET last_used_at = $5, email = $6
       WHERE tenant_id = $1 AND connection_id = $2 AND issuer = $3 AND subject = $4`,
      [tenantId, key.connectionId, key.issuer, key.subject, at, email],
    );
  }

  /**
   * Links an identity. An identity of a deleted user, whose rows are removed a moment later, can be linked again.
   * @param replaces the deleted user, if the identity is linked to one. @returns false if the identity is linked to somebody else.
   */
  async insert(tx: Tx, tenantId: string, identity: NewIdentity, replaces: string | null): Promise<boolean> {
    const { id, connectionId, issuer, subject, userId, email, at } = identity;
    const count = await tx.count(
      `INSERT INTO connections.identities
         (tenant_id, connection_id, issuer, subject, id, user_id, email, linked_at, last_used_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
       ON CONFLICT (tenant_id, connection_id, issuer, subject) DO UPDATE
         SET id = EXCLUDED.id, user_id = EXCLUDED.user_id, email = EXCLUDED.email, linked_at = EXCLUDED.linked_at,
           last_used_at = EXCLUDED.last_used_at
         WHERE connections.identities.user_id = $9 OR connections.identities.user_id = EXCLUDED.user_id
       RETURNING id`,
      [tenantId, connectionId, issuer, subject, id, userId, email, at, replaces],
    );
    return count === 1;
  }

  /**
   * Returns the identities with which a user can sign in now, and locks all of the user's identities, so that concurrent calls cannot
   * remove the last one.
   */
  async lockUsable(tx: Tx, tenantId: string, userId: string): Promise<readonly string[]> {
    const rows = await tx.rows<{ id: string; usable: boolean }>(
      `SELECT i.id, c.status = 'active' AND c.issuer = i.issuer AS usable FROM connections.identities i
       JOIN connections.connections c ON c.tenant_id = i.tenant_id AND c.id = i.connection_id
       WHERE i.tenant_id = $1 AND i.user_id = $2 ORDER BY i.id FOR UPDATE OF i`,
      [tenantId, userId],
    );
    return rows.filter(({ usable }) => usable).map(({ id }) => id);
  }

  /** Returns an identity of a connection; `null` if there is none. */
  async find(tenantId: string, id: string): Promise<Identity | null> {
    const sql = `SELECT ${IDENTITY} FROM connections.identities WHERE tenant_id = $1 AND id = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<IdentityRow>(sql, [tenantId, id]);
    return row ? toIdentity(row) : null;
  }

  async remove(tx: Tx, tenantId: string, id: string): Promise<boolean> {
    const sql = 'DELETE FROM connections.identities WHERE tenant_id = $1 AND id = $2 RETURNING id';
    return (await tx.count(sql, [tenantId, id])) === 1;
  }

  /** Removes the identities of a user, in the caller's transaction. @returns how many there were. */
  removeOfUser(tx: Tx, tenantId: string, userId: string): Promise<number> {
    const sql = 'DELETE FROM connections.identities WHERE tenant_id = $1 AND user_id = $2 RETURNING id';
    return tx.count(sql, [tenantId, userId]);
  }

  /** Removes the identities of a deleted user. */
  async removeUser(tenantId: string, userId: string): Promise<void> {
    const sql = 'DELETE FROM connections.identities WHERE tenant_id = $1 AND user_id = $2';
    await this.database.tenant(tenantId).run(sql, [tenantId, userId]);
  }

  /** Yields the user deletions that the change feed still retains. */
  deletedUsers(): AsyncIterable<Change> {
    return retainedChanges(this.database, USER_DELETIONS_TOPIC);
  }

  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }
}

function toIdentity(row: IdentityRow): Identity {
  return {
    id: row.id,
    connectionId: row.connection_id,
    issuer: row.issuer,
    userId: row.user_id,
    email: row.email,
    linkedAt: row.linked_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
  };
}
