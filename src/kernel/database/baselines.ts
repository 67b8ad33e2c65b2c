import { MigrationExecutor, type DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { LAST_RELEASE_BEFORE_BASELINES, REPLACED_MIGRATIONS } from './replaced-migrations';

export type MigrationClass = new () => MigrationInterface;

/** Thrown when the schema is from a release that this build cannot upgrade. The message says what to do. */
export class SchemaTooOldError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaTooOldError';
  }
}

/** Returns whether a migration creates the whole schema of one module and so replaces migrations in {@link REPLACED_MIGRATIONS}. */
export function isBaseline({ name }: { readonly name: string }): boolean {
  return /Baseline\d{13}$/.test(name);
}

/**
 * Returns the replaced migrations that a schema with these migrations lacks. The list is empty for a schema without migrations, because the
 * baselines create that schema.
 */
export function missingBeforeBaselines(present: readonly string[]): readonly string[] {
  return present.length === 0 ? [] : REPLACED_MIGRATIONS.filter((name) => !present.includes(name));
}

/** Advice for upgrading a schema that lacks some of the replaced migrations. */
export const UPGRADE_FIRST = `Upgrade to release ${LAST_RELEASE_BEFORE_BASELINES} first, then to this version.`;

/** Describes a schema that lacks some of the replaced migrations, in one sentence. */
export function describeTooOld(missing: readonly string[]): string {
  const count = `${missing.length} of ${REPLACED_MIGRATIONS.length} migrations up to that release are missing`;
  return `the schema is from before release ${LAST_RELEASE_BEFORE_BASELINES}: ${count}; the first is ${missing[0]}.`;
}

/**
 * Adds the baselines to the migration history of a store. An empty store gets their schema and the names of the replaced migrations, so
 * that the previous version considers the schema complete. A store with all replaced migrations already has that schema, so the baselines
 * are only recorded. In either case, all changes are made in one transaction, so the previous version never sees a partial result.
 * @param migrations the migrations of a build. Without baselines, the function has no effect.
 * @returns the names of the baselines that were run by this call.
 * @throws SchemaTooOldError for a store with only some of the replaced migrations. The store stays unchanged.
 */
export async function startFromBaselines(
  source: DataSource,
  migrations: readonly MigrationClass[],
): Promise<readonly string[]> {
  const baselines = migrations.filter(isBaseline);
  if (baselines.length === 0) return [];
  const runner = source.createQueryRunner();
  try {
    const executor = new MigrationExecutor(source, runner);
    const present = (await executor.getExecutedMigrations()).map(({ name }) => name);
    const missing = missingBeforeBaselines(present);
    if (missing.length > 0) {
      throw new SchemaTooOldError(`Cannot upgrade the database: ${describeTooOld(missing)} ${UPGRADE_FIRST}`);
    }
    const unrecorded = baselines.map(({ name }) => name).filter((name) => !present.includes(name));
    if (unrecorded.length === 0) return [];
    // Creates the migrations table if it is missing.
    await executor.showMigrations();
    const isEmpty = present.length === 0;
    await runner.startTransaction();
    if (isEmpty) {
      for (const Baseline of baselines) await new Baseline().up(runner);
      await record(runner, REPLACED_MIGRATIONS);
    }
    await record(runner, unrecorded);
    await runner.commitTransaction();
    return isEmpty ? baselines.map(({ name }) => name) : [];
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

/** Records migrations as TypeORM does: a name ends with its timestamp in milliseconds. */
async function record(runner: QueryRunner, names: readonly string[]): Promise<void> {
  await runner.query(
    `INSERT INTO kernel.migrations (timestamp, name)
     SELECT right(name, 13)::bigint, name FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, place) ORDER BY place`,
    [names],
  );
}
