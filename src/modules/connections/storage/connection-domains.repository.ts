import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import type { Tx } from '../../../kernel/database/sql';
import { AppError } from '../../../kernel/errors/app-error';

/** A domain of a connection, as stored. */
export interface StoredDomain {
  readonly domain: string;
  readonly connectionId: string;
  readonly challenge: string;
  readonly createdAt: Date;
  /** `null` while control of the domain is not proved. */
  readonly verifiedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly missed: number;
}

const DOMAIN = `domain, connection_id AS "connectionId", challenge, created_at AS "createdAt", verified_at AS "verifiedAt",
  checked_at AS "checkedAt", missed`;

/** The e-mail domains whose people sign in through a connection. */
@Injectable()
export class ConnectionDomainsRepository {
  constructor(private readonly database: Database) {}

  /** Returns all domains of a tenant, by name. A tenant has at most 50 for each connection. */
  all(tenantId: string): Promise<readonly StoredDomain[]> {
    const sql = `SELECT ${DOMAIN} FROM connections.domains WHERE tenant_id = $1 ORDER BY domain`;
    return this.database.tenant(tenantId).rows<StoredDomain>(sql, [tenantId]);
  }

  /** Returns the domains of a connection, by name. */
  of(tenantId: string, connectionId: string): Promise<readonly StoredDomain[]> {
    const sql = `SELECT ${DOMAIN} FROM connections.domains WHERE tenant_id = $1 AND connection_id = $2 ORDER BY domain`;
    return this.database.tenant(tenantId).rows<StoredDomain>(sql, [tenantId, connectionId]);
  }

  async find(tenantId: string, domain: string): Promise<StoredDomain | null> {
    const sql = `SELECT ${DOMAIN} FROM connections.domains WHERE tenant_id = $1 AND domain = $2`;
    return (await this.database.tenant(tenantId).maybeOne<StoredDomain>(sql, [tenantId, domain])) ?? null;
  }

  /**
   * Returns the active connection of a verified domain, and whether its people must use it; `null` if there is none.
   */
  async home(
    tenantId: string,
    domain: string,
  ): Promise<{ readonly connectionId: string; readonly enforced: boolean } | null> {
    const row = await this.database.tenant(tenantId).maybeOne<{ connectionId: string; enforced: boolean }>(
      `SELECT c.id AS "connectionId", c.enforced FROM connections.domains d
       JOIN connections.connections c ON c.tenant_id = d.tenant_id AND c.id = d.connection_id AND c.status = 'active'
       WHERE d.tenant_id = $1 AND d.domain = $2 AND d.verified_at IS NOT NULL`,
      [tenantId, domain],
    );
    return row ?? null;
  }

  /**
   * Adds a domain that is not verified yet, while the connection is locked. Errors: `conflict` if the tenant has it already, or the
   * connection has `most` domains.
   */
  async insert(tx: Tx, tenantId: string, stored: StoredDomain, most: number): Promise<void> {
    const { domain, connectionId, challenge, createdAt } = stored;
    const held = 'SELECT FROM connections.domains WHERE tenant_id = $1 AND connection_id = $2';
    if ((await tx.count(held, [tenantId, connectionId])) >= most) {
      throw new AppError('conflict', `A connection can have at most ${most} domains.`);
    }
    const count = await tx.count(
      `INSERT INTO connections.domains (tenant_id, domain, connection_id, challenge, created_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING domain`,
      [tenantId, domain, connectionId, challenge, createdAt],
    );
    if (count === 0) {
      throw new AppError('conflict', 'This tenant has the domain already, perhaps at another connection.');
    }
  }

  /** Marks a domain as verified. Errors: `conflict` if another tenant has verified it. */
  async verify(tx: Tx, tenantId: string, domain: string, at: Date): Promise<void> {
    try {
      await tx.run(
        `UPDATE connections.domains SET verified_at = coalesce(verified_at, $3), checked_at = $3, missed = 0
         WHERE tenant_id = $1 AND domain = $2`,
        [tenantId, domain, at],
      );
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('conflict', 'Another tenant has verified this domain.');
      throw error;
    }
  }

  /**
   * Notes a check that did not find the record. After `most` in a row, the domain is no longer verified.
   * @returns true if the domain has just stopped being verified.
   */
  async miss(tx: Tx, tenantId: string, domain: string, at: Date, most: number): Promise<boolean> {
    const row = await tx.maybeOne<{ verified: boolean }>(
      `UPDATE connections.domains SET checked_at = $3, missed = missed + 1,
         verified_at = CASE WHEN missed + 1 >= $4 THEN NULL ELSE verified_at END
       WHERE tenant_id = $1 AND domain = $2 AND verified_at IS NOT NULL RETURNING verified_at IS NOT NULL AS verified`,
      [tenantId, domain, at, most],
    );
    return row?.verified === false;
  }

  /** Postpones the next check of a domain whose name servers did not respond. */
  async postpone(tx: Tx, tenantId: string, domain: string, at: Date): Promise<void> {
    const sql = 'UPDATE connections.domains SET checked_at = $3 WHERE tenant_id = $1 AND domain = $2';
    await tx.run(sql, [tenantId, domain, at]);
  }

  /** @returns true if the connection had the domain. */
  async remove(tx: Tx, tenantId: string, connectionId: string, domain: string): Promise<boolean> {
    const sql = `DELETE FROM connections.domains WHERE tenant_id = $1 AND connection_id = $2 AND domain = $3 RETURNING domain`;
    return (await tx.count(sql, [tenantId, connectionId, domain])) === 1;
  }

  /** Returns verified domains of all tenants that were not checked since a time, the longest unchecked first. */
  due(
    checkedBefore: Date,
    atMost: number,
  ): Promise<readonly { readonly tenant_id: string; readonly domain: string }[]> {
    const sql = 'SELECT tenant_id, domain FROM connections.due_domains($1, $2)';
    return this.database.platform().rows(sql, [checkedBefore, atMost]);
  }

  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }
}
