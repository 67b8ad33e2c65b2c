import path from 'node:path';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import type { OwnConnection } from '../database/own-connection';
import { LEFT_OUT } from './left-out';
import { BackupFault, type Manifest, type TablePart } from './manifest';
import { partitionsOf } from './partitions';
import { writePart } from './part-file';
import { quoted, quotedColumns, sequenceValues, type StoreTable, storeTables } from './store-tables';

/** The part of a manifest that the store provides. */
export type StoreDump = Pick<
  Manifest,
  'takenAt' | 'postgres' | 'migrations' | 'proof' | 'tables' | 'partitions' | 'sequences' | 'leftOut'
>;

/** Receives progress, in bytes of the store or of objects. */
export interface Progress {
  /** Sets the expected total. */
  expect(bytes: number): void;
  /** @param what the current item, such as the name of a table */
  done(bytes: number, what: string): void;
}

/**
 * Writes every table of a store to a folder, as a consistent snapshot. It uses one transaction and does not take any lock that the platform
 * needs, so the platform can keep running. Tables are streamed in pieces, whatever their size.
 * @param connection see `privilegedConnection`
 * @param within runs within the snapshot, for queries that must see the same data
 */
export async function dumpStore<T>(
  connection: OwnConnection,
  folder: string,
  progress: Progress,
  within: (connection: OwnConnection) => Promise<T>,
): Promise<{ readonly dump: StoreDump; readonly asked: T }> {
  await connection.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const facts = await factsOf(connection);
    const all = (await storeTables(connection)).filter(({ table }) => !(table in LEFT_OUT));
    progress.expect(all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    const asked = await within(connection);
    const tables: TablePart[] = [];
    for (const table of all) {
      tables.push(await dumpTable(connection, folder, table));
      progress.done(table.sizeBytes, table.table);
    }
    const partitions = await partitionsOf(connection);
    const sequences = await sequenceValues(connection);
    return { dump: { ...facts, tables, partitions, sequences, leftOut: LEFT_OUT }, asked };
  } finally {
    await connection.run('ROLLBACK').catch(() => undefined);
  }
}

async function factsOf(
  connection: OwnConnection,
): Promise<Pick<StoreDump, 'takenAt' | 'postgres' | 'migrations' | 'proof'>> {
  const found = await connection.count(`SELECT WHERE to_regclass('kernel.migrations') IS NOT NULL`);
  if (found === 0) throw new BackupFault('The database has no schema, so there is no data to back up.');
  const row = await connection.one<{ takenAt: Date; postgres: string; migrations: string[]; proof: Buffer | null }>(
    `SELECT now() AS "takenAt", split_part(current_setting('server_version'), ' ', 1) AS postgres,
       (SELECT array_agg(name::text ORDER BY id) FROM kernel.migrations) AS migrations, (SELECT sealed FROM sealing.proof) AS proof`,
  );
  return { ...row, takenAt: row.takenAt.toISOString(), proof: row.proof?.toString('base64') ?? null };
}

async function dumpTable(
  connection: OwnConnection,
  folder: string,
  { table, columns }: StoreTable,
): Promise<TablePart> {
  // A partitioned table has no rows of its own to copy.
  const rows = connection.stream(copyTo(`COPY (SELECT ${quotedColumns(columns)} FROM ${quoted(table)}) TO STDOUT`));
  const packed = createGzip({ level: 3 });
  // If the first stream fails, the second stream, which the caller reads, ends too.
  pipeline(rows, packed, () => undefined);
  const facts = await writePart(partOf(folder, table), packed as AsyncIterable<Buffer>);
  return { table, columns: [...columns], rows: rows.rowCount, ...facts };
}

/** Returns the path of a table's file. */
export function partOf(folder: string, table: string): string {
  return path.join(folder, 'tables', `${table}.copy.gz`);
}
