import { escapeIdentifier } from 'pg';
import type { OwnConnection } from '../database/own-connection';
import { OWNER_ROLE } from '../database/embedded/credentials';

/** A table of ours, and what of it travels. */
export interface StoreTable {
  /** With its schema, such as `projects.projects`. */
  readonly table: string;
  /** Without those that the server makes: what is generated, and ids of its own transactions. */
  readonly columns: readonly string[];
  /** Its size on the disk now, in bytes, with indexes. */
  readonly sizeBytes: number;
}

interface TableRow extends StoreTable {
  readonly parents: readonly string[];
}

/**
 * Every table whose schema is ours, partitioned ones as one, what a foreign key points to before what points to it.
 * A column of a transaction's id (`xid8`) says nothing on another server: it is left to its default there.
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
    if (ready.length === 0) throw new Error(`Foreign keys form a circle: ${[...waiting.keys()].join(', ')}.`);
    for (const { parents: _, ...table } of ready) {
      waiting.delete(table.table);
      ordered.push(table);
    }
  }
  return ordered;
}

/** Schemas of ours, also those of the engine of jobs. */
export async function storeSchemas(connection: OwnConnection): Promise<readonly string[]> {
  const sql = 'SELECT nspname::text AS name FROM pg_namespace WHERE nspowner = $1::regrole ORDER BY 1';
  const rows = await connection.rows<{ name: string }>(sql, [OWNER_ROLE]);
  return rows.map(({ name }) => name);
}

/** The last value of each sequence of ours that was used; they are of no snapshot, so that it may be ahead of the rows. */
export async function sequenceValues(connection: OwnConnection): Promise<Readonly<Record<string, string>>> {
  const rows = await connection.rows<{ name: string; value: string }>(
    `SELECT schemaname || '.' || sequencename AS name, last_value::text AS value FROM pg_sequences
     WHERE last_value IS NOT NULL AND schemaname IN (SELECT nspname FROM pg_namespace WHERE nspowner = $1::regrole)
     ORDER BY 1`,
    [OWNER_ROLE],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** A name with its schema, as SQL takes it whatever is in it. */
export function quoted(name: string): string {
  const [schema = '', ...rest] = name.split('.');
  return `${escapeIdentifier(schema)}.${escapeIdentifier(rest.join('.'))}`;
}

/** Names of columns, as SQL takes them. */
export const quotedColumns = (columns: readonly string[]): string =>
  columns.map((name) => escapeIdentifier(name)).join(', ');

/** The ids of all tenants. */
export async function tenantIds(connection: OwnConnection): Promise<readonly string[]> {
  const rows = await connection.rows<{ id: string }>('SELECT id FROM tenants.tenants ORDER BY id');
  return rows.map(({ id }) => id);
}
