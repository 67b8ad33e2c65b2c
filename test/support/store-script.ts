import type { Client } from 'pg';
import { OURS, readTables, type Table, tableText } from './schema-text';

const FOREIGN_KEY = /^CONSTRAINT \S+ FOREIGN KEY /;

/**
 * Dumps a store as SQL that a superuser can use to recreate it in an empty database: the schema with its partitions and functions, and all
 * rows. Omits everything that only affects speed. Replaces pg_dump, like {@link readTables}.
 */
export async function storeScript(client: Client): Promise<string> {
  const tables = await readTables(client);
  const texts = async (sql: string): Promise<readonly string[]> =>
    (await client.query<{ text: string }>(sql)).rows.map(({ text }) => text);
  const statements = [
    'SET ROLE coresdk_owner',
    'SET check_function_bodies = off',
    ...(await texts(SCHEMAS)),
    ...(await texts(SEQUENCES)),
    ...tables.map((table) => tableText(plain(table))),
    ...(await texts(FUNCTIONS)),
    // An index that names only the parent would not index its partitions.
    ...tables.flatMap(({ rest }) => rest.map((text) => text.replace(' ON ONLY ', ' ON '))),
    ...tables.flatMap((table) => constraintsOf(table, true).map((text) => `ALTER TABLE ${table.name} ADD ${text}`)),
    ...(await texts(PARTITIONS)),
    'RESET ROLE',
    'SET session_replication_role = replica',
  ];
  for (const { name } of tables) {
    const [rows] = await texts(`SELECT jsonb_agg(t)::text AS text FROM ${name} AS t HAVING count(*) > 0`);
    if (rows === undefined) continue;
    const from = `jsonb_populate_recordset(NULL::${name}, ${client.escapeLiteral(rows)})`;
    statements.push(`INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM ${from}`);
  }
  statements.push(...(await texts(POSITIONS)), 'RESET ALL');
  return statements.map((statement) => `${statement.replace(/;?\s*$/, '')};\n`).join('');
}

function constraintsOf({ constraints }: Table, isForeignKey: boolean): readonly string[] {
  const wanted = (constraints ?? []).filter((text) => FOREIGN_KEY.test(text) === isForeignKey);
  return wanted.map((text) => text.replace(/^CONSTRAINT (\w+)/, 'CONSTRAINT "$1"'));
}

/** Returns the table without the parts that other statements add. A name can be an SQL keyword, such as `limit`. */
function plain(table: Table): Table {
  const columns = table.columns.map((column) => column.replace(/^\w+/, '"$&"'));
  return { ...table, columns, constraints: constraintsOf(table, false), rest: [] };
}

const SCHEMAS = `
  SELECT format('CREATE SCHEMA %1$I; GRANT USAGE ON SCHEMA %1$I TO coresdk_app', n.nspname) AS text
  FROM pg_namespace n WHERE ${OURS} ORDER BY n.nspname`;

/** The sequences that do not belong to an identity column. */
const SEQUENCES = `
  SELECT format('CREATE SEQUENCE %s AS %s CACHE %s', c.oid::regclass, s.seqtypid::regtype, s.seqcache)
    || coalesce((SELECT '; GRANT USAGE ON SEQUENCE ' || c.oid::regclass || ' TO coresdk_app'
      FROM aclexplode(c.relacl) AS g WHERE g.grantee = 'coresdk_app'::regrole LIMIT 1), '') AS text
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i') ORDER BY c.oid`;

const FUNCTIONS = `
  SELECT pg_get_functiondef(p.oid) || format('; REVOKE ALL ON FUNCTION %s FROM PUBLIC', p.oid::regprocedure)
    || CASE WHEN has_function_privilege('coresdk_app', p.oid, 'EXECUTE')
      THEN format('; GRANT EXECUTE ON FUNCTION %s TO coresdk_app', p.oid::regprocedure) ELSE '' END AS text
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS} ORDER BY p.oid`;

const PARTITIONS = `
  SELECT format('CREATE TABLE %1$s PARTITION OF %2$s %3$s; ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
      c.oid::regclass, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid))
    || coalesce((SELECT string_agg(format('; CREATE POLICY %I ON %s TO coresdk_owner USING (%s) WITH CHECK (%s)',
        p.policyname, c.oid::regclass, p.qual, p.with_check), '')
      FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname), '') AS text
  FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND c.relkind = 'r' ORDER BY c.oid`;

const POSITIONS = `
  SELECT format('SELECT setval(%L, %s)', format('%I.%I', s.schemaname, s.sequencename), s.last_value) AS text
  FROM pg_sequences s JOIN pg_namespace n ON n.nspname = s.schemaname
  WHERE ${OURS} AND s.last_value IS NOT NULL ORDER BY 1`;
