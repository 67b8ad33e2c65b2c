import { DBOS } from '@dbos-inc/dbos-sdk';
import { Client } from 'pg';

/** Any constant: one process at a time makes the engine's schema, the others wait on it. */
const SCHEMA_LOCK = 4_107_332;

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
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
    await DBOS.migrate(ownerUrl);
    await client.query(GRANTS);
  } finally {
    // Which frees the lock.
    await client.end();
  }
}
