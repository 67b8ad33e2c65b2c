import * as pg from 'pg';
import { DataSource } from 'typeorm';
import { Database } from './database';

/**
 * Opens the store. TypeORM runs the transactions; statements outside transactions use the same pool directly. Errors: the driver's error,
 * if the server rejects the connection.
 */
export async function openDatabase(url: string, config: pg.PoolConfig): Promise<Database> {
  const pool = new pg.Pool({ ...config, connectionString: url });
  const source = new DataSource({
    type: 'postgres',
    url,
    logging: false,
    driver: drivenBy(pool),
    // A pool error (the server closed an idle connection) is not a crash: the next query reports it.
    poolErrorHandler: () => undefined,
  });
  try {
    return new Database(await source.initialize(), pool);
  } catch (error) {
    // A source that could not connect does not have any connections to close.
    if (source.isInitialized) await source.destroy();
    throw error;
  }
}

/** Returns a `pg` module that gives TypeORM this existing pool. */
function drivenBy(pool: pg.Pool): object {
  return Object.create(pg, {
    Pool: {
      value: function existingPool(): pg.Pool {
        return pool;
      },
    },
  }) as object;
}
