import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { type MigrationClass, missingBeforeBaselines, startFromBaselines } from './baselines';
import { CONNECT_TIMEOUT_MS } from './bounded-connection';
import { lockSession } from './locks';
import { OwnConnection } from './own-connection';
import { REPLACED_MIGRATIONS } from './replaced-migrations';
import { loadFunctions, staleFunctions } from './sql-functions';

const FOLDER = path.resolve(__dirname, '../../../migrations');
/** Number of digits of the timestamp in milliseconds at the end of a migration's name. */
const MOMENT_DIGITS = 13;

/** Returns the migration files of this build, oldest first. */
function migrationFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => /^\d+-.*\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .sort();
}

/** Returns the migrations of this build, oldest first. */
export function loadMigrations(): MigrationClass[] {
  return migrationFiles().flatMap((file) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- TypeORM loads a list of classes, found by name
    const exported = require(path.join(FOLDER, file)) as Record<string, MigrationClass>;
    return Object.values(exported);
  });
}

/**
 * Upgrades the schema to this build as the owner role, one process at a time: first the migrations, then the functions.
 * @param migrations the migrations to run instead of this build's, such as a backup's migrations. In that case, no functions are loaded.
 * @returns the names of the migrations that were run by this call.
 * @throws SchemaTooOldError for a schema that is older than the release before the baselines. The schema stays unchanged.
 */
export async function migrate(ownerUrl: string, migrations?: readonly MigrationClass[]): Promise<string[]> {
  const session = await OwnConnection.open(ownerUrl, { applicationName: 'coresdk-migrations' });
  try {
    await lockSession(session, 'migrations');
    await session.run('CREATE SCHEMA IF NOT EXISTS kernel');
    const wanted = migrations ?? loadMigrations();
    const source = await connect(ownerUrl, wanted);
    try {
      const made = await startFromBaselines(source, wanted);
      const done = await source.runMigrations({ transaction: 'each' });
      // The functions of this build need its whole schema.
      if (migrations === undefined) await loadFunctions(session);
      return [...made, ...done.map(({ name }) => name)];
    } finally {
      await source.destroy();
    }
  } finally {
    // This releases the lock.
    await session.close();
  }
}

/** The differences between the migrations in a store and the migrations of this build. */
export interface SchemaDifference {
  /** Migrations of this build that are not in the store. */
  readonly pending: readonly string[];
  /** Migrations in the store that this build does not have, from a newer build or a different branch. */
  readonly unknown: readonly string[];
  /**
   * Migrations that this build's baselines replace and that are not in the store. If there are any, the store is too old to upgrade to this
   * build.
   */
  readonly tooOld: readonly string[];
}

/** Compares the migrations in a store with the migrations of this build. */
export function compareSchema(present: readonly string[], own = loadMigrations()): SchemaDifference {
  const names = own.map(({ name }) => name);
  return {
    pending: names.filter((name) => !present.includes(name)),
    unknown: present.filter((name) => !names.includes(name) && !REPLACED_MIGRATIONS.includes(name)),
    tooOld: missingBeforeBaselines(present),
  };
}

/**
 * Returns the reason why this build cannot run on the store, as one sentence; `null` if the schema has every migration of this build. Newer
 * migrations are not a problem, because they are safe while the old version is running.
 */
export async function missingSchema(appUrl: string): Promise<string | null> {
  let connection: OwnConnection;
  try {
    connection = await OwnConnection.open(appUrl, {
      applicationName: 'coresdk-start',
      answersWithinMs: CONNECT_TIMEOUT_MS,
    });
  } catch {
    return 'database: no connection';
  }
  try {
    const rows = await connection.rows<{ name: string }>('SELECT name FROM kernel.migrations');
    const present = new Set(rows.map(({ name }) => Number(name.slice(-MOMENT_DIGITS))));
    // Queried repeatedly while the control plane migrates, so it compares file names, which are sufficient.
    const pending = migrationFiles().filter((file) => !present.has(momentOf(file)));
    if (pending.length > 0)
      return `database schema: ${pending.length} migrations pending; the control plane applies them`;
    const stale = await staleFunctions(connection);
    return stale.length === 0
      ? null
      : `database schema: ${stale.length} functions pending; the control plane loads them`;
  } catch {
    return 'database schema: missing; the control plane creates it';
  } finally {
    await connection.close();
  }
}

/**
 * Returns the time at which a migration was written, in milliseconds, from its file name (`20261124160000-kernel-create.ts`). Its class
 * name ends with that time.
 */
function momentOf(file: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)-/.exec(file) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

function connect(url: string, migrations: readonly MigrationClass[]): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url,
    schema: 'kernel',
    migrationsTableName: 'migrations',
    migrations: [...migrations],
    logging: false,
    poolSize: 2,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    // A migration has no time limit, but a lost server is detected.
    extra: { keepAlive: true },
  }).initialize();
}
