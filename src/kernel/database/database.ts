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

/** The connection owner for work that does not belong to a tenant. */
const INSTALLATION = '';
const SET_TENANT = `SELECT set_config('app.tenant_id', $1, true)`;

/** Runs `work` for a tenant within a transaction of the installation, and resets the tenant afterward. */
export async function asTenant<T>(tx: Tx, tenantId: string, work: () => Promise<T>): Promise<T> {
  await tx.run(SET_TENANT, [tenantId]);
  const result = await work();
  // After a failure, the transaction cannot be used, so a reset is not necessary.
  await tx.run(SET_TENANT, ['']);
  return result;
}

/**
 * The store, with its tenant isolation. Every access to a tenant's rows is a transaction that sets the tenant (`app.tenant_id`), and
 * row-level security compares it with each row. A repository's tenant argument and the database's check are therefore two separate
 * barriers. A statement with a call's `callerSignal` is canceled when the caller stops waiting. Errors: `unavailable` when the store is
 * down or too slow; `deadline_exceeded` when the caller has disconnected.
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
   * Runs statements on a tenant's rows. Each statement is a separate transaction in one round trip, and takes about a sixth of the
   * processor time of {@link tenantTransaction}. A statement takes effect completely or not at all, so combine several parts with `WITH`.
   */
  tenant(tenantId: string, over?: CallerSignal): Sql {
    return new Sql((statement, values) =>
      this.onConnection(tenantId, over, (client) => tenantStatement(client, tenantId, statement, values)),
    );
  }

  /** Runs statements without a tenant, for functions that look up data before the tenant is known. */
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

  /** Runs `work` on a read-only snapshot of this tenant's rows (REPEATABLE READ). */
  async tenantSnapshot<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const inTenant = async (tx: Tx): Promise<T> => {
      await tx.run('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      await tx.run(SET_TENANT, [tenantId]);
      return work(tx);
    };
    return this.transaction(tenantId, undefined, inTenant);
  }

  /** Runs `work` in one transaction for the installation itself. It does not see any tenant's rows. */
  async platformTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(INSTALLATION, undefined, work);
  }

  /** Closes every connection. Afterward, the database cannot be used. */
  async close(): Promise<void> {
    await this.source.destroy();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /**
   * Runs one statement on a connection. After an error, the connection is discarded so that it is not reused with the wrong tenant setting.
   */
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

  /** Runs work on a connection when it is the owner's turn, and translates failures into errors for the caller. */
  private async inTurn<T>(owner: string, over: CallerSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await this.turns.run(owner, over, work);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }
}
