import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';
import type { Over } from '../context/call-context';
import { translateDatabaseError } from './database-errors';
import { type PreparedStatement, tenantStatement } from './tenant-statement';
import { connectWhileWaitedFor, whileWaitedFor } from './while-waited-for';

/** A running transaction. Raw SQL by `tx.query(sql, parameters)`, entities by `tx.getRepository(Entity)`. */
export type Tx = EntityManager;

const SET_TENANT = `SELECT set_config('app.tenant_id', $1, true)`;

/** Runs `work` for a tenant within a transaction of the installation, which is its own again afterwards. */
export async function asTenant<T>(tx: Tx, tenantId: string, work: () => Promise<T>): Promise<T> {
  await tx.query(SET_TENANT, [tenantId]);
  const result = await work();
  // After a failure the transaction does nothing more.
  await tx.query(SET_TENANT, ['']);
  return result;
}

/**
 * The store. Every access to a tenant's rows is a transaction that says whose it is (`app.tenant_id`), which row-level
 * security compares with each row: the tenant argument of a repository and the database are two separate walls.
 * Who passes the `over` of a call has its statement cancelled when the caller waits no longer.
 * Errors: `unavailable` when the store is away or too slow; `deadline_exceeded` when the caller has gone.
 */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /** Runs `work` in one transaction that sees and writes only this tenant's rows. Commits when it resolves. */
  async tenantTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>, over?: Over): Promise<T> {
    return this.transaction(async (tx) => {
      await tx.query(SET_TENANT, [tenantId]);
      return work(tx);
    }, over);
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
  async query<Row>(sql: string, parameters: readonly unknown[] = [], over?: Over): Promise<Row[]> {
    try {
      if (over) {
        const run = (client: PoolClient) => client.query<Row & object>(sql, [...parameters]);
        return (await this.withClient(run, over)).rows;
      }
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
    over?: Over,
  ): Promise<Row[]> {
    try {
      const run = (client: PoolClient) => tenantStatement(client, tenantId, statement, parameters);
      return (await this.withClient(run, over)) as Row[];
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** A connection for one statement. In an unknown state it is thrown away rather than reused with another tenant's setting. */
  private async withClient<T>(run: (client: PoolClient) => Promise<T>, over: Over | undefined): Promise<T> {
    const turn = this.pool.connect();
    const client = await (over ? connectWhileWaitedFor(turn, over, (late) => late.release()) : turn);
    try {
      const result = await (over ? whileWaitedFor(client, over, () => run(client)) : run(client));
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private async transaction<T>(work: (tx: Tx) => Promise<T>, over?: Over): Promise<T> {
    try {
      return await (over ? this.waitedTransaction(work, over) : this.source.transaction(work));
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  private async waitedTransaction<T>(work: (tx: Tx) => Promise<T>, over: Over): Promise<T> {
    const runner = this.source.createQueryRunner();
    const turn = runner.connect() as Promise<PoolClient>;
    const client = await connectWhileWaitedFor(turn, over, () => void runner.release());
    try {
      return await whileWaitedFor(client, over, () => runner.manager.transaction(work));
    } finally {
      await runner.release();
    }
  }

  private get pool(): Pool {
    // TypeORM keeps its pg pool here; `master` is the documented member of PostgresDriver.
    return (this.source.driver as unknown as { readonly master: Pool }).master;
  }
}
