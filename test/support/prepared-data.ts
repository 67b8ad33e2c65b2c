import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** Variable by which the Jest workers find what {@link prepareDataOf} made; empty when there is none. */
export const PREPARED_VARIABLE = 'TEST_PREPARED_DATA';

/** What belongs to the data; the port is each server's own. */
const RECORDS = ['credentials.json', 'location'];

/** Root's embedded server runs as another user, who has to pass through. */
const PASSABLE = 0o711;

const run = promisify(execFile);

/**
 * Keeps a copy of the embedded database of a `DATA_DIR`, which must be stopped, beside it.
 * @returns its folder; empty when the data do not lie in the `DATA_DIR` (no other user gets there) and cannot be moved.
 */
export async function prepareDataOf(dataDir: string): Promise<string> {
  const location = await readFile(path.join(dataDir, 'postgres-control/location'), 'utf8');
  if (location.trim() !== 'postgres') return '';
  const prepared = path.join(dataDir, 'prepared');
  await mkdir(prepared, { mode: PASSABLE });
  await copyData(dataDir, prepared);
  return prepared;
}

/** Makes a `DATA_DIR` with a migrated database in it, as a first start would; the passwords are those of every other one. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { mode: PASSABLE });
  const prepared = process.env[PREPARED_VARIABLE];
  if (prepared === undefined || prepared === '') return;
  await copyData(prepared, dataDir);
}

async function copyData(from: string, to: string): Promise<void> {
  await mkdir(path.join(to, 'postgres-control'), { mode: 0o700 });
  // With its owner and modes, which the server insists on.
  await run('cp', ['-pR', path.join(from, 'postgres'), path.join(to, 'postgres')]);
  for (const record of RECORDS) {
    await copyFile(path.join(from, 'postgres-control', record), path.join(to, 'postgres-control', record));
  }
}
