import { NestFactory } from '@nestjs/core';
import { Database } from '../../src/kernel/database/database';
import { DatabaseModule } from '../../src/kernel/database/database.module';
import { createTestDatabase, type TestDatabase } from './test-database';

/** A test's database and the store over it. */
export interface TestStore {
  readonly database: TestDatabase;
  readonly store: Database;
  readonly close: () => Promise<void>;
}

/**
 * Opens a store as the superuser, who bypasses row security. A repository must then isolate tenants with its own conditions.
 * @param poolSize connections of the store.
 */
export async function openUnboundStore(poolSize: number): Promise<TestStore> {
  const database = await createTestDatabase();
  const config = { DATABASE_POOL_SIZE: poolSize, DATABASE_STATEMENT_TIMEOUT_MS: 20_000 };
  const module = DatabaseModule.connect({ url: database.adminUrl, config, applicationName: 'test-store' });
  const context = await NestFactory.createApplicationContext(module, { logger: false });
  return {
    database,
    store: context.get(Database),
    async close() {
      await context.close();
      await database.drop();
    },
  };
}
