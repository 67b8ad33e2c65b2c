import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { boundedConnections, CONNECT_TIMEOUT_MS } from './bounded-connection';
import { Database } from './database';
import type { DatabaseConfig } from './database.config';

/** How one process reaches the store. */
export interface DatabaseConnection {
  /** URL of the application's role. */
  readonly url: string;
  readonly config: Pick<DatabaseConfig, 'DATABASE_POOL_SIZE' | 'DATABASE_STATEMENT_TIMEOUT_MS'>;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** A transaction that a crashed or stuck caller leaves open would hold back vacuum and the change feed's horizon. */
const IDLE_IN_TRANSACTION_MS = 15_000;

@Module({})
export class DatabaseModule {
  static connect(connection: DatabaseConnection): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: connection.url,
          autoLoadEntities: true,
          synchronize: false,
          logging: false,
          retryAttempts: 3,
          retryDelay: 500,
          poolSize: connection.config.DATABASE_POOL_SIZE,
          connectTimeoutMS: CONNECT_TIMEOUT_MS,
          // A pool error (the server went away under an idle connection) is not a crash: the next query reports it.
          poolErrorHandler: () => undefined,
          extra: {
            ...boundedConnections(connection.config.DATABASE_STATEMENT_TIMEOUT_MS),
            application_name: connection.applicationName,
            statement_timeout: connection.config.DATABASE_STATEMENT_TIMEOUT_MS,
            idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
          },
        }),
      ],
      providers: [Database],
      exports: [Database, TypeOrmModule],
    };
  }
}
