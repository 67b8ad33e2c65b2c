import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { productVersion } from '../config/project-root';
import type { Sql } from './sql';

/** A function of the schema, as defined in its file. */
interface SqlFunction {
  /** Qualified name, such as `jobs.claim`. */
  readonly name: string;
  /** The SQL that creates or replaces the function. */
  readonly text: string;
  readonly sha256: string;
}

/** A loaded function, as recorded in the store. */
interface LoadedFunction {
  readonly name: string;
  readonly sha256: string;
  /** Version of the build that loaded it. */
  readonly version: string;
}

const SOURCE = path.resolve(__dirname, '../..');
const FILE = /(^|\/)sql\/\w+\.sql$/;
const NAME = /^CREATE OR REPLACE FUNCTION (\w+\.\w+)\(/m;

let ofThisBuild: readonly SqlFunction[] | undefined;

/** Returns the functions of this build, by name. */
export function sqlFunctions(): readonly SqlFunction[] {
  ofThisBuild ??= readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((file) => FILE.test(file))
    .map((file) => readFunction(file))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return ofThisBuild;
}

/** Returns the functions of this build that are missing or different in the store. Functions from a newer build are not replaced. */
export async function staleFunctions(sql: Sql): Promise<readonly SqlFunction[]> {
  const rows = await sql.rows<LoadedFunction>('SELECT name, sha256, version FROM kernel.sql_functions');
  const loaded = new Map(rows.map((row) => [row.name, row]));
  const own = productVersion();
  return sqlFunctions().filter(({ name, sha256 }) => {
    const there = loaded.get(name);
    return there === undefined || (there.sha256 !== sha256 && !isNewer(there.version, own));
  });
}

/**
 * Updates the functions of the schema to this build, after its migrations. A function must keep its arguments and its result type as long
 * as an older build can call it. To change these, give the function a new name.
 * @param session a session of the owner role, outside a transaction, under the migration lock.
 * @returns the names of the functions that were loaded by this call.
 */
export async function loadFunctions(session: Sql): Promise<readonly string[]> {
  const stale = await staleFunctions(session);
  if (stale.length === 0) return [];
  const version = productVersion();
  await session.run('BEGIN');
  try {
    // A function can call a function that is loaded after it.
    await session.run('SET LOCAL check_function_bodies = off');
    for (const { name, text, sha256 } of stale) {
      await session.run(text);
      await session.run(
        `INSERT INTO kernel.sql_functions (name, sha256, version) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET sha256 = $2, version = $3, loaded_at = now()`,
        [name, sha256, version],
      );
    }
    await session.run('COMMIT');
  } catch (error) {
    await session.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return stale.map(({ name }) => name);
}

function readFunction(file: string): SqlFunction {
  const text = readFileSync(path.join(SOURCE, file), 'utf8');
  const [, name] = NAME.exec(text) ?? [];
  if (name === undefined) throw new Error(`${file} does not define a function with CREATE OR REPLACE FUNCTION.`);
  return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Returns whether one version, such as `1.10.0`, is newer than the other. */
function isNewer(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { numeric: true }) > 0;
}
