import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';
import { translateDatabaseError } from './database-errors';
import { type PreparedStatement, tenantStatement } from './tenant-statement';

/** A running transaction. Raw SQL by `tx.query(sql, parameters)`, entities by `tx.getRepository(Entity)`. */
export type Tx = EntityManager;

const SET_TENANT = `SELECT set_config('app.tenant_id', $1, true)`;

/**
 * The store. Every access to a tenant's rows is a transaction that says whose it is (`app.tenant_id`), which row-level
 * security compares with each row: the tenant argument of a repository and the database are two separate walls.
 * Errors: `unavailable` when the store is away or too slow.
 */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /** Runs `work` in one transaction that sees and writes only this tenant's rows. Commits when it resolves. */
  async tenantTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(async (tx) => {
      await tx.query(SET_TENANT, [tenantId]);
      return work(tx);
    });
  }

  /** Runs `work` on one unchanging view of this tenant's rows (REPEATABLE READ), which it can only read. */
  async tenantSnapshot<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.source.transaction('REPEATABLE READ', async (tx) => {
        await tx.query('SET TRANSACTION READ ONLY');
        await tx.query(SET_TENANT, [tenantId]);
        return work(tx);
      });
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Runs `work` in one transaction of the installation itself, which sees no tenant's rows. */
  async platformTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  /** One statement outside a tenant, for functions that look something up before the tenant is known. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      const result = await this.pool.query(sql, [...parameters]);
      return result.rows as Row[];
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * One statement for a tenant's rows on the driver alone and in one round trip, for hot paths: about a sixth of the
   * processor time of {@link tenantTransaction}. All of it is done or nothing: one with several parts is a `WITH`.
   */
  async tenantQuery<Row>(
    tenantId: string,
    statement: PreparedStatement | string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    let client: PoolClient | undefined;
    try {
      client = await this.pool.connect();
      const rows = await tenantStatement(client, tenantId, statement, parameters);
      client.release();
      return rows as Row[];
    } catch (error) {
      // A connection in an unknown state is thrown away rather than reused with another tenant's setting.
      client?.release(true);
      throw translateDatabaseError(error);
    }
  }

  private async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.source.transaction(work);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  private get pool(): Pool {
    // TypeORM keeps its pg pool here; `master` is the documented member of PostgresDriver.
    return (this.source.driver as unknown as { readonly master: Pool }).master;
  }
}
