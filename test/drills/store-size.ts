import type { Client } from 'pg';

/** Returns the size of the store in GB. */
export async function storeSize(client: Client): Promise<number> {
  const { rows } = await client.query<{ gb: number }>(
    'SELECT round(pg_database_size(current_database()) / 1e9, 2)::float8 AS gb',
  );
  return rows[0]?.gb ?? 0;
}
