import { escapeIdentifier } from 'pg';
import type { OwnConnection } from '../database/own-connection';
import {
  describeTooOld,
  isBaseline,
  type MigrationClass,
  missingBeforeBaselines,
  UPGRADE_FIRST,
} from '../database/baselines';
import { REPLACED_MIGRATIONS } from '../database/replaced-migrations';
import { loadMigrations } from '../database/schema';
import { BackupFault, type Manifest } from './manifest';
import { storeSchemas } from './store-tables';

/** Returns whether a store contains data that a restore would destroy: at least one tenant. A store without a schema contains no data. */
export async function isInUse(connection: OwnConnection): Promise<boolean> {
  const table = await connection.count(`SELECT WHERE to_regclass('tenants.tenants') IS NOT NULL`);
  return table > 0 && (await connection.count('SELECT FROM tenants.tenants LIMIT 1')) > 0;
}

/** Throws a `BackupFault` while one of the platform's processes is connected. */
export async function assertNobodyIsConnected(connection: OwnConnection): Promise<void> {
  const rows = await connection.rows<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
     WHERE datname = current_database() AND usename = 'coresdk_app' ORDER BY 1`,
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new BackupFault(`The platform is connected to this database (${names}). Stop all its processes first.`);
}

/** Drops all the platform's schemas with their content. */
export async function dropSchemas(connection: OwnConnection): Promise<void> {
  const names = await storeSchemas(connection);
  if (names.length > 0)
    await connection.run(`DROP SCHEMA ${names.map((name) => escapeIdentifier(name)).join(', ')} CASCADE`);
}

/**
 * Returns the migrations of this build that create the backup's schema. The baselines represent all migrations that they replace.
 * Throws a `BackupFault` for a backup from a newer build, a different branch, or a build that is too old.
 */
export function migrationsOf({ migrations, version }: Manifest): readonly MigrationClass[] {
  const missing = missingBeforeBaselines(migrations);
  if (missing.length > 0) {
    const advice = `Restore the backup with the build that created it (${version}). ${UPGRADE_FIRST}`;
    throw new BackupFault(`Cannot restore the backup: ${describeTooOld(missing)} ${advice}`);
  }
  const all = loadMigrations();
  const baselines = all.filter(isBaseline);
  const own = all.filter((migration) => !isBaseline(migration));
  const later = migrations.filter((name) => !REPLACED_MIGRATIONS.includes(name) && !isBaseline({ name }));
  if (later.every((name, at) => name === own[at]?.name)) return [...baselines, ...own.slice(0, later.length)];
  const unknown = later.filter((name) => !own.some((migration) => migration.name === name));
  throw new BackupFault(
    unknown.length > 0
      ? `The backup is from a newer build (${version}), whose migrations this build does not have: ${unknown.join(', ')}.`
      : 'The migrations of the backup conflict with those of this build. Restore it with the build that created it.',
  );
}
