import { escapeIdentifier } from 'pg';
import type { OwnConnection } from '../database/own-connection';
import { OWNER_ROLE } from '../database/embedded/credentials';

/** One of our tables, with the columns that a backup contains. */
export interface StoreTable {
  /** Qualified name, such as `projects.projects`. */
  readonly table: string;
  /** The column names, without columns that the server fills: generated columns and its own transaction ids. */
  readonly columns: readonly string[];
  /** Current size on disk in bytes, including indexes. */
  readonly sizeBytes: number;
}

interface TableRow extends StoreTable {
  readonly parents: readonly string[];
}

/**
 * Returns every table in our schemas, in the order of foreign keys: a referenced table comes before the tables that reference it. A
 * partitioned table counts as one table. Columns that contain a transaction id (`xid8`) have no meaning on a different server, so the
 * restore leaves them at their default.
 */
export async function storeTables(connection: OwnConnection): Promise<readonly StoreTable[]> {
  const rows = await connection.rows<TableRow>(
    `SELECT n.nspname || '.' || c.relname AS "table",
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          AND NOT (a.atttypid = 'xid8'::regtype AND a.atthasdef)) AS columns,
       (SELECT coalesce(sum(pg_total_relation_size(t.relid)), 0)::float8 FROM pg_partition_tree(c.oid) AS t) +
         CASE c.relkind WHEN 'r' THEN pg_total_relation_size(c.oid) ELSE 0 END::float8 AS "sizeBytes",
       (SELECT coalesce(array_agg(DISTINCT pn.nspname || '.' || p.relname), '{}')
        FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS parents
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspowner = $1::regrole
     ORDER BY 1`,
    [OWNER_ROLE],
  );
  return parentsFirst(rows);
}

function parentsFirst(rows: readonly TableRow[]): readonly StoreTable[] {
  const waiting = new Map(rows.map((row) => [row.table, row]));
  const ordered: StoreTable[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ parents }) => !parents.some((parent) => waiting.has(parent)));
    if (ready.length === 0) throw new Error(`Foreign keys form a cycle: ${[...waiting.keys()].join(', ')}.`);
    for (const { parents: _, ...table } of ready) {
      waiting.delete(table.table);
      ordered.push(table);
    }
  }
  return ordered;
}

/** Returns our schemas, including the job engine's schemas. */
export async function storeSchemas(connection: OwnConnection): Promise<readonly string[]> {
  const sql = 'SELECT nspname::text AS name FROM pg_namespace WHERE nspowner = $1::regrole ORDER BY 1';
  const rows = await connection.rows<{ name: string }>(sql, [OWNER_ROLE]);
  return rows.map(({ name }) => name);
}

/**
 * Returns the last value of each of our sequences that has been used. Sequences are not part of the snapshot, so a value may be ahead of
 * the rows.
 */
export async function sequenceValues(connection: OwnConnection): Promise<Readonly<Record<string, string>>> {
  const rows = await connection.rows<{ name: string; value: string }>(
    `SELECT schemaname || '.' || sequencename AS name, last_value::text AS value FROM pg_sequences
     WHERE last_value IS NOT NULL AND schemaname IN (SELECT nspname FROM pg_namespace WHERE nspowner = $1::regrole)
     ORDER BY 1`,
    [OWNER_ROLE],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** Quotes a qualified name for SQL, whatever characters it contains. */
export function quoted(name: string): string {
  const [schema = '', ...rest] = name.split('.');
  return `${escapeIdentifier(schema)}.${escapeIdentifier(rest.join('.'))}`;
}

/** Quotes column names for SQL. */
export const quotedColumns = (columns: readonly string[]): string =>
  columns.map((name) => escapeIdentifier(name)).join(', ');

/** Returns the ids of all tenants. */
export async function tenantIds(connection: OwnConnection): Promise<readonly string[]> {
  const rows = await connection.rows<{ id: string }>('SELECT id FROM tenants.tenants ORDER BY id');
  return rows.map(({ id }) => id);
}
