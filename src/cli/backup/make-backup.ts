import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { dumpStore } from '../../kernel/backup/dump-store';
import { writeManifest } from '../../kernel/backup/manifest';
import { privilegedConnection } from '../../kernel/backup/privileged-connection';
import type { OwnConnection } from '../../kernel/database/own-connection';
import { tenantIds } from '../../kernel/backup/store-tables';
import type { Environment } from '../../kernel/config/config-section';
import { productVersion } from '../../kernel/config/project-root';
import { openStorage } from '../../modules/files/objects/open-storage';
import { CommandFault, type Terminal } from '../command';
import { dumpObjects } from './objects';
import { backupSettings, openPrivileged, withWords } from './open-store';
import { ProgressBar } from '../progress-bar';

/** The result of a backup. */
export interface MadeBackup {
  readonly folder: string;
  readonly takenAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly objects: number;
  /** Size of all tables and objects, as stored. */
  readonly bytes: number;
  /** SHA-256 of the manifest. */
  readonly sha256: string;
}

/** Writes a backup. Throws a `CommandFault` when the folder is not empty, or the store is unavailable. */
export function makeBackup(environment: Environment, folder: string, terminal: Terminal): Promise<MadeBackup> {
  return withWords(async () => {
    const settings = backupSettings(environment);
    const place = path.resolve(folder);
    if (existsSync(place) && readdirSync(place).length > 0) throw new CommandFault(`${place} is not empty.`);
    const store = await openPrivileged(settings.database, terminal, false);
    try {
      const connection = await privilegedConnection(store.url);
      try {
        await mkdir(place, { recursive: true, mode: 0o700 });
        const storage = await openStorage(settings.files.FILES_URL, settings.database.DATA_DIR);
        return await write(connection, storage, place, terminal);
      } finally {
        await connection.close();
      }
    } finally {
      await store.close();
    }
  });
}

async function write(
  connection: OwnConnection,
  storage: Awaited<ReturnType<typeof openStorage>>,
  folder: string,
  terminal: Terminal,
): Promise<MadeBackup> {
  const progress = new ProgressBar('backup', terminal, process.stderr.isTTY);
  try {
    const { dump, asked: tenants } = await dumpStore(connection, folder, progress, async (within) => {
      const ids = await tenantIds(within);
      for (const id of ids) for await (const { sizeBytes } of storage.list(id)) progress.expect(sizeBytes);
      return ids;
    });
    const objects = await dumpObjects(storage, tenants, folder, progress);
    const sha256 = await writeManifest(folder, { version: productVersion(), ...dump, objects });
    return {
      folder,
      takenAt: dump.takenAt,
      tables: dump.tables.length,
      rows: dump.tables.reduce((sum, { rows }) => sum + rows, 0),
      objects: objects.count,
      bytes: dump.tables.reduce((sum, { bytes }) => sum + bytes, objects.contentBytes),
      sha256,
    };
  } finally {
    progress.end();
  }
}
