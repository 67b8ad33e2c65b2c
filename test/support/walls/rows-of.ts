import { queryAs, type TestDatabase } from '../test-database';

/** For each table with a tenant column, returns the number of the tenant's rows and a digest of them. */
export async function rowsOf(
  database: TestDatabase,
  tenantId: string,
): Promise<Readonly<Record<string, { readonly count: number; readonly digest: string }>>> {
  const tables = await queryAs<{ name: string }>(
    database.adminUrl,
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  );
  const digests = tables.map(
    ({ name }) => `SELECT '${name}' AS name, count(*)::int AS count,
      md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest FROM ${name} t WHERE tenant_id = $1`,
  );
  digests.push(`SELECT 'tenants.tenants', 1, md5(string_agg(t::text, '')) FROM tenants.tenants t WHERE id = $1`);
  const rows = await queryAs<{ name: string; count: number; digest: string }>(
    database.adminUrl,
    digests.join(' UNION ALL '),
    [tenantId],
  );
  return Object.fromEntries(rows.map(({ name, count, digest }) => [name, { count, digest }]));
}

type Rows = Awaited<ReturnType<typeof rowsOf>>;

/** Returns the tables whose rows differ. */
export const changedTables = (before: Rows, after: Rows): readonly string[] =>
  Object.keys(after).filter((table) => before[table]?.digest !== after[table]?.digest);
