import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from '../../kernel/backup/dump-store';
import { partOf } from '../../kernel/backup/dump-store';
import { assertNobodyIsConnected, dropSchemas, isInUse, migrationsOf } from '../../kernel/backup/empty-store';
import { loadStore } from '../../kernel/backup/load-store';
import { BackupFault, DamagedPart, type Manifest, readManifest } from '../../kernel/backup/manifest';
import { measurePart } from '../../kernel/backup/part-file';
import { privilegedConnection } from '../../kernel/backup/privileged-connection';
import type { OwnConnection } from '../../kernel/database/own-connection';
import type { Environment } from '../../kernel/config/config-section';
import { Secret } from '../../kernel/config/secret';
import { migrate } from '../../kernel/database/schema';
import { opensProof } from '../../kernel/sealing/master-key-proof';
import { Sealer } from '../../kernel/sealing/sealer';
import { openStorage } from '../../modules/files/objects/open-storage';
import { CommandFault, type Terminal } from '../command';
import { loadObjects, verifyObjects } from './objects';
import { type BackupSettings, backupSettings, openPrivileged, type PrivilegedStore, withWords } from './open-store';
import { ProgressBar } from '../progress-bar';

interface RestoreOptions {
  /** True to verify the backup without restoring it. */
  readonly check: boolean;
  /** True to restore even over an installation that has tenants. */
  readonly force: boolean;
}

/** The result of a restore, or of its dry run. */
export interface Restored {
  readonly takenAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly objects: number;
  /** Size of all tables and objects, as stored in the backup. */
  readonly bytes: number;
  /** The migrations to apply to the backup's schema. */
  readonly migrations: readonly string[];
}

/**
 * Restores a backup.
 * @returns the damage if the backup is not intact; in that case, nothing was changed
 */
export function restoreBackup(
  environment: Environment,
  folder: string,
  options: RestoreOptions,
  terminal: Terminal,
): Promise<Restored | { readonly damage: string }> {
  return withWords(async () => {
    const settings = backupSettings(environment);
    const place = path.resolve(folder);
    const manifest = await readManifest(place);
    const progress = new ProgressBar(options.check ? 'verify' : 'restore', terminal, process.stderr.isTTY);
    try {
      // Each part is read twice: to verify it before anything is changed, and to load it.
      const total = bytesOf(manifest);
      progress.expect(options.check ? total : 2 * total);
      await verify(place, manifest, progress);
      if (options.check) return outcomeOf(manifest, []);
      const own = migrationsOf(manifest);
      assertKeyOpens(settings, manifest);
      const store = await openPrivileged(settings.database, terminal, true);
      try {
        return outcomeOf(manifest, await load({ settings, store, manifest, own, place, options, progress }));
      } finally {
        await store.close();
      }
    } catch (error) {
      if (error instanceof DamagedPart) return { damage: error.message };
      throw error;
    } finally {
      progress.end();
    }
  });
}

async function verify(folder: string, manifest: Manifest, progress: Progress): Promise<void> {
  for (const { table, bytes, sha256 } of manifest.tables) {
    const file = partOf(folder, table);
    if (path.dirname(file) !== path.join(folder, 'tables')) throw new BackupFault(`"${table}" is not a table.`);
    const found = await measurePart(file).catch(() => null);
    if (found?.bytes !== bytes || found.sha256 !== sha256) throw new DamagedPart(path.relative(folder, file));
    progress.done(bytes, table);
  }
  await verifyObjects(folder, manifest.objects, progress);
}

/** Checks the master key: values sealed with a different key could never be opened again. */
function assertKeyOpens({ sealing, database }: BackupSettings, { proof }: Manifest): void {
  if (proof === null) return;
  const generated = path.join(database.DATA_DIR, 'secrets', 'master-key');
  const found = existsSync(generated) ? new Secret(readFileSync(generated, 'utf8').trim()) : null;
  const key = sealing.MASTER_KEY ?? found;
  if (key === null) {
    throw new CommandFault(
      'MASTER_KEY is not set: use the key of the installation in the backup (in development, copy DATA_DIR/secrets).',
    );
  }
  if (!opensProof(new Sealer(key, sealing.MASTER_KEY_PREVIOUS), Buffer.from(proof, 'base64'))) {
    throw new CommandFault(
      'MASTER_KEY does not open the secrets of this backup: use the key of the installation that was backed up.',
    );
  }
}

interface Load {
  readonly settings: BackupSettings;
  readonly store: PrivilegedStore;
  readonly manifest: Manifest;
  readonly own: ReturnType<typeof migrationsOf>;
  readonly place: string;
  readonly options: RestoreOptions;
  readonly progress: Progress;
}

async function load({ settings, store, manifest, own, place, options, progress }: Load): Promise<readonly string[]> {
  const { ownerUrl } = store;
  if (ownerUrl === null) throw new CommandFault('DATABASE_MIGRATION_URL must be set: its role creates the schema.');
  const connection = await privilegedConnection(store.url);
  try {
    await assertFree(connection, options);
    await dropSchemas(connection);
    await migrate(ownerUrl, own);
    // The objects are loaded before the rows that name them, because an object without a row does no harm.
    await loadObjects(await openStorage(settings.files.FILES_URL, settings.database.DATA_DIR), place, progress);
    await loadStore(connection, place, manifest, progress);
    const more = await migrate(ownerUrl);
    await connection.run('ANALYZE');
    return more;
  } finally {
    await connection.close();
  }
}

async function assertFree(connection: OwnConnection, { force }: RestoreOptions): Promise<void> {
  await assertNobodyIsConnected(connection);
  if (force || !(await isInUse(connection))) return;
  throw new CommandFault(
    'This installation has tenants, and a restore replaces all their data. Use --force to continue.',
  );
}

function outcomeOf(manifest: Manifest, migrations: readonly string[]): Restored {
  const { takenAt, tables, objects } = manifest;
  return {
    takenAt,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    objects: objects.count,
    bytes: bytesOf(manifest),
    migrations,
  };
}

function bytesOf({ tables, objects }: Manifest): number {
  return tables.reduce((sum, { bytes }) => sum + bytes, objects.contentBytes);
}
