import type { OnApplicationShutdown } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { CallerSignal } from '../context/call-context';
import { CONNECT_TIMEOUT_MS } from './bounded-connection';
import { FairConnectionQueue } from './fair-connection-queue';
import { translateDatabaseError } from './database-errors';
import { askOn, Sql, Tx } from './sql';
import { tenantStatement } from './tenant-statement';
import { connectUnlessAborted, cancelOnAbort } from './cancel-on-abort';

/** In whose name connections are taken that are no tenant's. */
const INSTALLATION = '';
const SET_TENANT = `SELECT set_config('app.tenant_id', $1, true)`;

/** Runs `work` for a tenant within a transaction of the installation, which is its own again afterwards. */
export async function asTenant<T>(tx: Tx, tenantId: string, work: () => Promise<T>): Promise<T> {
  await tx.run(SET_TENANT, [tenantId]);
  const result = await work();
  // After a failure the transaction does nothing more.
  await tx.run(SET_TENANT, ['']);
  return result;
}

/**
 * The store, and its tenant isolation. Every access to a tenant's rows is a transaction that says whose it is
 * (`app.tenant_id`), which row-level security compares with each row: the tenant argument of a repository and the database
 * are two separate walls. A statement that gets the `callerSignal` of a call is cancelled when the caller stops waiting.
 * Errors: `unavailable` when the store is away or too slow; `deadline_exceeded` when the caller has gone.
 */
export class Database implements OnApplicationShutdown {
  private readonly turns: FairConnectionQueue;

  constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
  ) {
    this.turns = new FairConnectionQueue(pool.options.max, CONNECT_TIMEOUT_MS);
  }

  /**
   * Statements for a tenant's rows, each a transaction of its own in one round trip: about a sixth of the processor time of
   * {@link tenantTransaction}. All of a statement is done or nothing: one with several parts is a `WITH`.
   */
  tenant(tenantId: string, over?: CallerSignal): Sql {
    return new Sql((statement, values) =>
      this.onConnection(tenantId, over, (client) => tenantStatement(client, tenantId, statement, values)),
    );
  }

  /** Statements outside a tenant, for functions that look something up before the tenant is known. */
  platform(over?: CallerSignal): Sql {
    return new Sql((statement, values) =>
      this.onConnection(INSTALLATION, over, (client) => askOn(client, statement, values)),
    );
  }

  /** Runs `work` in one transaction that sees and writes only this tenant's rows. Commits when it resolves. */
  async tenantTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>, over?: CallerSignal): Promise<T> {
    const inTenant = async (tx: Tx): Promise<T> => {
      await tx.run(SET_TENANT, [tenantId]);
      return work(tx);
    };
    return this.transaction(tenantId, over, inTenant);
  }

  /** Runs `work` on one unchanging view of this tenant's rows (REPEATABLE READ), which it can only read. */
  async tenantSnapshot<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const inTenant = async (tx: Tx): Promise<T> => {
      await tx.run('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      await tx.run(SET_TENANT, [tenantId]);
      return work(tx);
    };
    return this.transaction(tenantId, undefined, inTenant);
  }

  /** Runs `work` in one transaction of the installation itself, which sees no tenant's rows. */
  async platformTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(INSTALLATION, undefined, work);
  }

  /** Ends every connection, after which nothing can be asked. */
  async close(): Promise<void> {
    await this.source.destroy();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /** A connection for one statement. In an unknown state it is thrown away rather than reused with another tenant's setting. */
  private onConnection<T>(
    owner: string,
    over: CallerSignal | undefined,
    run: (client: PoolClient) => Promise<T>,
  ): Promise<T> {
    return this.inTurn(owner, over, async () => {
      const turn = this.pool.connect();
      const client = await (over ? connectUnlessAborted(turn, over, (late) => late.release()) : turn);
      try {
        const result = await (over ? cancelOnAbort(client, over, () => run(client)) : run(client));
        client.release();
        return result;
      } catch (error) {
        client.release(true);
        throw error;
      }
    });
  }

  private transaction<T>(owner: string, over: CallerSignal | undefined, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.inTurn(owner, over, async () => {
      const runner = this.source.createQueryRunner();
      const turn = runner.connect() as Promise<PoolClient>;
      const client = await (over ? connectUnlessAborted(turn, over, () => void runner.release()) : turn);
      const transaction = (): Promise<T> => runner.manager.transaction(() => work(Tx.on(client)));
      try {
        return await (over ? cancelOnAbort(client, over, transaction) : transaction());
      } finally {
        await runner.release();
      }
    });
  }

  /** Runs work that takes a connection when its owner has a turn, and says what its failure means to a caller. */
  private async inTurn<T>(owner: string, over: CallerSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await this.turns.run(owner, over, work);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}
