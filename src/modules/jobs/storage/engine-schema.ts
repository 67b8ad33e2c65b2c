import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { tryLockGlobally } from '../../../kernel/database/locks';
import { OwnConnection } from '../../../kernel/database/own-connection';
import type { Sql } from '../../../kernel/database/sql';

const TRY_EVERY_MS = 200;

/** Less than the engine would grant by itself: nobody empties a table, or makes a trigger on it. */
const GRANTS = `
  GRANT USAGE ON SCHEMA dbos TO coresdk_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA dbos TO coresdk_app;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA dbos TO coresdk_app;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA dbos FROM PUBLIC;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA dbos TO coresdk_app;`;

/**
 * Brings the schema of the engine (`dbos`) up to what this build needs, as the owner role. Its tables know no tenants:
 * only this module reaches them. It comes before the product's own migrations, so that who finds those has both.
 */
export async function migrateEngine(ownerUrl: string): Promise<void> {
  const connection = await OwnConnection.open(ownerUrl, { applicationName: 'coresdk-migrations' });
  try {
    await takeLock(connection);
    await DBOS.migrate(ownerUrl);
    await connection.run(GRANTS);
  } finally {
    // Which frees the lock.
    await connection.close();
  }
}

/** Waits by trying again: a statement that waits keeps its snapshot, and the engine's `CREATE INDEX CONCURRENTLY` waits for that. */
async function takeLock(sql: Sql): Promise<void> {
  while (!(await tryLockGlobally(sql, 'engineSchema'))) await sleep(TRY_EVERY_MS);
}
