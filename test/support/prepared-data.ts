import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** The variable through which the Jest workers find the data directory from {@link keepData}; empty if there is none. */
export const PREPARED_VARIABLE = 'TEST_PREPARED_DATA';

/** The files that belong to the data; each server has its own port. */
const RECORDS = ['credentials.json', 'location'];

/** If the tests run as root, the embedded server runs as a different user, who needs access to the parent folders. */
const PASSABLE = 0o711;

const ROOT = path.resolve(__dirname, '../..');
/** The files that determine the content of a migrated database, including its server's version. */
const SOURCES = ['migrations', 'src/kernel/database', 'src/modules/jobs/storage', 'package-lock.json', __dirname];
const KEPT_FOR_MS = 24 * 3_600_000;
const CACHE = path.join(ROOT, 'node_modules/.cache/test-database');

const run = promisify(execFile);

/** Returns the folder of the migrated data for the current sources; it need not exist yet. */
export async function preparedFolder(): Promise<string> {
  const hash = createHash('sha256');
  const files = await Promise.all(SOURCES.map((source) => filesOf(path.resolve(ROOT, source))));
  const functions = (await filesOf(path.resolve(ROOT, 'src'))).filter((file) => file.endsWith('.sql'));
  for (const file of [...files.flat(), ...functions]) {
    hash.update(`${path.relative(ROOT, file)}\0`).update(await readFile(file));
  }
  return path.join(CACHE, hash.digest('hex').slice(0, 32));
}

async function filesOf(source: string): Promise<readonly string[]> {
  if (path.extname(source) !== '') return [source];
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return files.filter((file) => !file.endsWith('spec.ts')).sort();
}

/**
 * Stores a copy of a `DATA_DIR`'s migrated embedded database, which must be stopped, for this run and later ones.
 * @returns false if the data is not in the `DATA_DIR` (because no other user has access to it) and cannot be moved.
 */
export async function keepData(dataDir: string, folder: string): Promise<boolean> {
  const location = await readFile(path.join(dataDir, 'postgres-control/location'), 'utf8');
  if (location.trim() !== 'postgres') return false;
  await removeOld();
  const copy = await mkdtemp(path.join(CACHE, 'new-'));
  await copyData(dataDir, copy);
  await rename(copy, folder).catch(async (fault: unknown) => {
    // A concurrent run has already stored it.
    await rm(copy, { recursive: true });
    if (!existsSync(folder)) throw fault;
  });
  return true;
}

/** Removes old data for different sources. Another run might still be copying newer data. */
async function removeOld(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  for (const name of await readdir(CACHE)) {
    const kept = path.join(CACHE, name);
    if ((await stat(kept)).mtimeMs < Date.now() - KEPT_FOR_MS) await rm(kept, { recursive: true, force: true });
  }
}

/** Creates a `DATA_DIR` with a migrated database, as the first start would. All such folders have the same passwords. */
export async function makeDataDir(dataDir: string, prepared = process.env[PREPARED_VARIABLE] ?? ''): Promise<void> {
  await mkdir(dataDir, { mode: PASSABLE, recursive: true });
  if (prepared !== '') await copyData(prepared, dataDir);
}

async function copyData(from: string, to: string): Promise<void> {
  await mkdir(path.join(to, 'postgres-control'), { mode: 0o700 });
  // Preserves the owner and the modes, because the server requires them.
  await run('cp', ['-pR', path.join(from, 'postgres'), path.join(to, 'postgres')]);
  for (const record of RECORDS) {
    await copyFile(path.join(from, 'postgres-control', record), path.join(to, 'postgres-control', record));
  }
}
