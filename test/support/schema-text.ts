import type { Client } from 'pg';

/** Schemas of the product. */
export const OURS = `n.nspowner = 'coresdk_owner'::regrole`;

/** A table of the schema, as parts of its SQL. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly constraints: readonly string[] | null;
  readonly partitioned: string | null;
  readonly options: string | null;
  /** Statements that complete the table: indexes, policies, triggers and grants. */
  readonly rest: readonly string[];
}

/**
 * Writes a schema as SQL in a fixed order, so that two schemas can be compared line by line. Replaces pg_dump, which
 * the embedded PostgreSQL does not include and which must match the server's version. Omits partitions, because a
 * function creates them. Functions are listed by name; their text is in separate files.
 */
export async function schemaText(client: Client): Promise<string> {
  const tables = await readTables(client);
  const functions = (await client.query<{ text: string }>(FUNCTIONS)).rows;
  return `${[...tables.map(tableText), functions.map(({ text }) => text).join('\n')].join('\n\n')}\n`;
}

/** Reads all tables except partitions, by name. */
export async function readTables(client: Client): Promise<readonly Table[]> {
  return (await client.query<Table>(TABLES)).rows;
}

export function tableText({ name, columns, constraints, partitioned, options, rest }: Table): string {
  const members = [...columns, ...(constraints ?? [])].map((member) => `  ${member}`).join(',\n');
  const end = `)${partitioned === null ? '' : ` PARTITION BY ${partitioned}`}${options === null ? '' : ` WITH (${options})`};`;
  return [`CREATE TABLE ${name} (`, members, end, ...rest.map((statement) => `${statement};`)].join('\n');
}

const TABLES = `
  SELECT n.nspname || '.' || c.relname AS name,
    (SELECT array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation NOT IN (0, 100) THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
        || CASE WHEN a.attidentity <> '' THEN ' GENERATED '
             || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY' ELSE '' END
        || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')'
             || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE '' END
             ELSE coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END ORDER BY a.attnum)
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT array_agg('CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid) ORDER BY k.contype DESC, k.conname)
      FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype <> 'n') AS constraints,
    pg_get_partkeydef(c.oid) AS partitioned, array_to_string(c.reloptions, ', ') AS options,
    coalesce((SELECT array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid::regclass::text)
      FROM pg_index i WHERE i.indrelid = c.oid
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))), '{}')
    || CASE WHEN c.relrowsecurity THEN ARRAY['ALTER TABLE ' || c.oid::regclass || ' ENABLE ROW LEVEL SECURITY'] ELSE '{}' END
    || CASE WHEN c.relforcerowsecurity THEN ARRAY['ALTER TABLE ' || c.oid::regclass || ' FORCE ROW LEVEL SECURITY'] ELSE '{}' END
    || coalesce((SELECT array_agg('CREATE POLICY ' || p.policyname || ' ON ' || c.oid::regclass
          || CASE p.permissive WHEN 'RESTRICTIVE' THEN ' AS RESTRICTIVE' ELSE '' END || ' FOR ' || p.cmd
          || ' TO ' || array_to_string(p.roles, ', ') || coalesce(' USING (' || p.qual || ')', '')
          || coalesce(' WITH CHECK (' || p.with_check || ')', '') ORDER BY p.policyname)
        FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname), '{}')
    || coalesce((SELECT array_agg(pg_get_triggerdef(t.oid) ORDER BY t.tgname)
        FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), '{}')
    || coalesce((SELECT array_agg('GRANT ' || g.privileges || ' ON ' || c.oid::regclass || ' TO coresdk_app')
        FROM (SELECT string_agg(privilege_type, ', ' ORDER BY privilege_type) AS privileges
          FROM aclexplode(c.relacl) WHERE grantee = 'coresdk_app'::regrole HAVING count(*) > 0) AS g), '{}')
    || coalesce((SELECT array_agg('GRANT ' || g.privilege_type || ' (' || g.columns || ') ON ' || c.oid::regclass
          || ' TO coresdk_app' ORDER BY g.privilege_type)
        FROM (SELECT x.privilege_type, string_agg(a.attname, ', ' ORDER BY a.attnum) AS columns
          FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) AS x
          WHERE a.attrelid = c.oid AND x.grantee = 'coresdk_app'::regrole GROUP BY 1) AS g), '{}') AS rest
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`;

const FUNCTIONS = `
  SELECT '-- ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') RETURNS '
    || pg_get_function_result(p.oid) AS text
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS} ORDER BY 1`;
