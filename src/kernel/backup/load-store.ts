import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { from as copyFrom } from 'pg-copy-streams';
import type { OwnConnection } from '../database/own-connection';
import type { Progress } from './dump-store';
import { partOf } from './dump-store';
import { isFormer } from './left-out';
import { BackupFault, type Manifest, type TablePart } from './manifest';
import { makePartitions } from './partitions';
import { readPart } from './part-file';
import { quoted, quotedColumns, type StoreTable, storeTables } from './store-tables';

/**
 * Replaces all rows of the tables with the rows of a backup, in one transaction. Afterward, the tables contain either all rows of the
 * backup or their previous rows. Our triggers do not run again for the backup's rows.
 * @param connection see `privilegedConnection`; the store must have the schema that the manifest describes. Throws a `BackupFault` if the
 * schema has different tables or columns.
 */
export async function loadStore(
  connection: OwnConnection,
  folder: string,
  manifest: Manifest,
  progress: Progress,
): Promise<void> {
  const pairs = matched(await storeTables(connection), manifest);
  await connection.run('BEGIN');
  try {
    await makePartitions(connection, manifest.partitions);
    await connection.run(`TRUNCATE ${pairs.map(({ table }) => quoted(table)).join(', ')}`);
    for (const part of pairs) {
      await loadTable(connection, folder, part);
      progress.done(part.bytes, part.table);
    }
    for (const [name, value] of Object.entries(manifest.sequences)) {
      if (isFormer(name)) continue;
      await connection.run('SELECT setval($1::regclass, $2::bigint)', [quoted(name), value]);
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Returns the parts in an order in which their rows can be loaded. */
function matched(tables: readonly StoreTable[], { tables: parts, leftOut }: Manifest): readonly TablePart[] {
  const byName = new Map(parts.filter(({ table }) => !isFormer(table)).map((part) => [part.table, part]));
  const wanted = tables.filter(({ table }) => !(table in leftOut));
  const strange = [...byName.keys()].filter((table) => !wanted.some((one) => one.table === table));
  if (strange.length > 0) throw new BackupFault(`The schema has no table ${strange.join(', ')}.`);
  return wanted.map(({ table, columns }) => {
    const part = byName.get(table);
    if (!part) throw new BackupFault(`The backup has no table ${table}.`);
    const missing = part.columns.filter((column) => !columns.includes(column));
    if (missing.length > 0) throw new BackupFault(`The table ${table} has no column ${missing.join(', ')}.`);
    return part;
  });
}

async function loadTable(
  connection: OwnConnection,
  folder: string,
  { table, columns, rows }: TablePart,
): Promise<void> {
  await connection.run(`ALTER TABLE ${quoted(table)} DISABLE TRIGGER USER`);
  const into = connection.stream(copyFrom(`COPY ${quoted(table)} (${quotedColumns(columns)}) FROM STDIN`));
  await pipeline(readPart(partOf(folder, table)), createGunzip(), into);
  await connection.run(`ALTER TABLE ${quoted(table)} ENABLE TRIGGER USER`);
  if (into.rowCount !== rows) throw new BackupFault(`${table} has ${into.rowCount} of ${rows} rows.`);
}
