import { Client } from 'pg';

const TIMEOUT_MS = 3_000;

/**
 * Whether a role may make, or change, the schema: as its owner, or before there is one by the right to create one.
 * Errors: the driver's, when the role does not get in.
 */
export async function mayChangeSchema(ownerUrl: string): Promise<boolean> {
  const client = new Client({
    connectionString: ownerUrl,
    application_name: 'coresdk-doctor',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>(`
      SELECT CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
        ELSE pg_has_role(n.nspowner, 'USAGE') END AS may
      FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = 'kernel'`);
    return rows[0]?.may === true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
