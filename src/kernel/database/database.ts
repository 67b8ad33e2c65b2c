import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import type { Pool, PoolClient } from 'pg';
import type { Over } from '../context/call-context';
import { CONNECT_TIMEOUT_MS } from './bounded-connection';
import { ConnectionTurns } from './connection-turns';
import { translateDatabaseError } from './database-errors';
import { type PreparedStatement, tenantStatement } from './tenant-statement';
import { connectWhileWaitedFor, whileWaitedFor } from './while-waited-for';

/** A running transaction. Raw SQL by `tx.query(sql, parameters)`, entities by `tx.getRepository(Entity)`. */
export type Tx = EntityManager;

/** That of pg. */
const DEFAULT_POOL_SIZE = 10;
/** In whose name connections are taken that are no tenant's. */
const INSTALLATION = '';
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
  private readonly turns: ConnectionTurns;

  constructor(private readonly source: DataSource) {
    const { poolSize } = source.options as PostgresDataSourceOptions;
    this.turns = new ConnectionTurns(poolSize ?? DEFAULT_POOL_SIZE, CONNECT_TIMEOUT_MS);
  }

  /** Runs `work` in one transaction that sees and writes only this tenant's rows. Commits when it resolves. */
  async tenantTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>, over?: Over): Promise<T> {
    const inTenant = async (tx: Tx): Promise<T> => {
      await tx.query(SET_TENANT, [tenantId]);
      return work(tx);
    };
    return this.transaction(tenantId, inTenant, over);
  }

  /** Runs `work` on one unchanging view of this tenant's rows (REPEATABLE READ), which it can only read. */
  async tenantSnapshot<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      const inTenant = async (tx: Tx): Promise<T> => {
        await tx.query('SET TRANSACTION READ ONLY');
        await tx.query(SET_TENANT, [tenantId]);
        return work(tx);
      };
      return await this.turns.run(tenantId, undefined, () => this.source.transaction('REPEATABLE READ', inTenant));
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Runs `work` in one transaction of the installation itself, which sees no tenant's rows. */
  async platformTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(INSTALLATION, work);
  }

  /** One statement outside a tenant, for functions that look something up before the tenant is known. */
  async query<Row>(sql: string, parameters: readonly unknown[] = [], over?: Over): Promise<Row[]> {
    try {
      if (over) {
        const run = (client: PoolClient) => client.query<Row & object>(sql, [...parameters]);
        return (await this.withClient(INSTALLATION, run, over)).rows;
      }
      const result = await this.turns.run(INSTALLATION, undefined, () => this.pool.query(sql, [...parameters]));
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
      return (await this.withClient(tenantId, run, over)) as Row[];
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** A connection for one statement. In an unknown state it is thrown away rather than reused with another tenant's setting. */
  private withClient<T>(owner: string, run: (client: PoolClient) => Promise<T>, over: Over | undefined): Promise<T> {
    return this.turns.run(owner, over, async () => {
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
    });
  }

  private async transaction<T>(owner: string, work: (tx: Tx) => Promise<T>, over?: Over): Promise<T> {
    const transaction = () => (over ? this.waitedTransaction(work, over) : this.source.transaction(work));
    try {
      return await this.turns.run(owner, over, transaction);
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
