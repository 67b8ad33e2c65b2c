import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Client } from 'pg';
import { CONNECT_TIMEOUT_MS } from '../../../kernel/database/bounded-connection';

/** Key of the advisory lock that one process at a time holds while it makes the engine's schema. */
const SCHEMA_LOCK = 4_107_335;
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
  const client = new Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // The next query tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await takeLock(client);
    await DBOS.migrate(ownerUrl);
    await client.query(GRANTS);
  } finally {
    // Which frees the lock.
    await client.end();
  }
}

/** Waits by trying again: a statement that waits keeps its snapshot, and the engine's `CREATE INDEX CONCURRENTLY` waits for that. */
async function takeLock(client: Client): Promise<void> {
  const isTaken = async (): Promise<boolean> => {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [SCHEMA_LOCK]);
    return rows[0]?.taken ?? false;
  };
  while (!(await isTaken())) await sleep(TRY_EVERY_MS);
}
