import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigReader, type Environment } from '../../kernel/config/config-section';
import { databaseConfig, type DatabaseConfig } from '../../kernel/database/database.config';
import { DATABASE } from '../../kernel/database/embedded/credentials';
import { openEmbeddedPostgres } from '../../kernel/database/embedded/embedded-postgres';
import { sealingConfig, type SealingConfig } from '../../kernel/sealing/sealing.config';
import { filesConfig, type FilesConfig } from '../../modules/files/files.config';
import { CommandFault, type Terminal } from '../command';

/** The settings that a backup needs. */
export interface BackupSettings {
  readonly database: DatabaseConfig;
  readonly files: FilesConfig;
  readonly sealing: SealingConfig;
}

/** The database connection of the role that creates backups. */
export interface PrivilegedStore {
  /** URL for a role that is not subject to row-level security. */
  readonly url: string;
  /** URL for the owner of the schema; `null` when unknown. */
  readonly ownerUrl: string | null;
  readonly close: () => Promise<void>;
}

/** Reads this folder's settings, as the platform does. Throws `ConfigError` with all faults. */
export function backupSettings(environment: Environment): BackupSettings {
  const reader = new ConfigReader(environment);
  const settings = {
    database: reader.read(databaseConfig),
    files: reader.read(filesConfig),
    sealing: reader.read(sealingConfig),
  };
  reader.finish();
  return settings;
}

/**
 * Opens the store at DATABASE_BACKUP_URL, or the embedded store, which it starts if necessary.
 * @param mayMake whether to create an embedded store if it does not exist
 */
export async function openPrivileged(
  { DATA_DIR, DATABASE_URL, DATABASE_BACKUP_URL, DATABASE_MIGRATION_URL }: DatabaseConfig,
  terminal: Terminal,
  mayMake: boolean,
): Promise<PrivilegedStore> {
  if (DATABASE_URL !== null) {
    if (DATABASE_BACKUP_URL === null) throw new CommandFault('DATABASE_BACKUP_URL must be set if DATABASE_URL is set.');
    const ownerUrl = DATABASE_MIGRATION_URL?.reveal() ?? null;
    return { url: DATABASE_BACKUP_URL.reveal(), ownerUrl, close: () => Promise.resolve() };
  }
  if (!mayMake && !existsSync(path.join(DATA_DIR, 'postgres-control'))) {
    throw new CommandFault(`There is no installation under ${path.resolve(DATA_DIR)} (DATA_DIR).`);
  }
  const server = await openEmbeddedPostgres({ dataDir: DATA_DIR, log: (line) => terminal.err(`${line}\n`) });
  const url = new URL(server.adminUrl);
  url.pathname = `/${DATABASE}`;
  return { url: url.href, ownerUrl: server.ownerUrl, close: () => server.stop() };
}

/** Runs work and converts its known errors to messages for the operator. */
export async function withWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const names = ['BackupFault', 'ConfigError', 'EmbeddedPostgresError', 'LostServerError', 'AppError'];
    if (error instanceof Error && names.includes(error.name)) throw new CommandFault(error.message);
    throw error;
  }
}
