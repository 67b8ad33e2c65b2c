import { type DynamicModule, Module } from '@nestjs/common';
import { boundedConnections } from './bounded-connection';
import { Database } from './database';
import type { DatabaseConfig } from './database.config';
import { openDatabase } from './open-database';

/** The settings with which one process connects to the store. */
export interface DatabaseConnection {
  /** Database URL for the application's role. */
  readonly url: string;
  readonly config: Pick<DatabaseConfig, 'DATABASE_POOL_SIZE' | 'DATABASE_STATEMENT_TIMEOUT_MS'>;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/**
 * Limits the time for which a crashed or stuck caller can leave a transaction open. An open transaction holds back vacuum and the change
 * feed's horizon.
 */
const IDLE_IN_TRANSACTION_MS = 15_000;

@Module({})
export class DatabaseModule {
  static connect({ url, config, applicationName }: DatabaseConnection): DynamicModule {
    const open = (): Promise<Database> =>
      openDatabase(url, {
        ...boundedConnections(config.DATABASE_STATEMENT_TIMEOUT_MS),
        max: config.DATABASE_POOL_SIZE,
        application_name: applicationName,
        statement_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      });
    return { module: DatabaseModule, providers: [{ provide: Database, useFactory: open }], exports: [Database] };
  }
}
