import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { DATABASE } from '../../src/kernel/database/embedded/credentials';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres';
import { stopPostmaster } from '../../src/kernel/database/embedded/postmaster';
import { migrate } from '../../src/kernel/database/schema';
import { keepData, makeDataDir, PREPARED_VARIABLE, preparedFolder } from './prepared-data';

/** Variables by which the Jest workers find the server; `createTestDatabase` reads them. */
export const SERVER_VARIABLE = 'TEST_POSTGRES';

/** A migrated database; every test file gets a copy. */
export const TEMPLATE = 'coresdk_template';

export interface TestServerUrls {
  /** The superuser in database `postgres`. */
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
}

const PREFIX = 'coresdk-test-postgres-';

/** Tests throw the data away, so nothing has to be on disk before a commit is answered. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/**
 * A server for one run of the tests, in a folder of its own, with the migrated template in it; and beside it a
 * `DATA_DIR` for installations to begin with.
 */
export async function startTestServer(): Promise<TestServerUrls & { readonly stop: () => Promise<void> }> {
  await removeLeftovers();
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  // The server has a user of its own when this is root, and that user must get through.
  chmodSync(folder, 0o711);
  const open = () => openEmbeddedPostgres({ dataDir: folder, settings: SETTINGS, log: () => undefined });
  const prepared = await preparedFolder();
  process.env[PREPARED_VARIABLE] = prepared;
  if (existsSync(prepared)) await makeDataDir(folder, prepared);
  else await prepare(folder, prepared, open);
  const server = await open();
  const stop = async (): Promise<void> => {
    await server.stop();
    remove(folder);
  };
  try {
    await shortenSignIn(server);
    await runAs(server.adminUrl, `CREATE DATABASE ${TEMPLATE} TEMPLATE ${DATABASE} OWNER coresdk_owner`);
  } catch (error) {
    await stop();
    throw error;
  }
  const { adminUrl, ownerUrl, appUrl } = server;
  return { adminUrl, ownerUrl, appUrl, stop };
}

/** Migrates a new database in `folder`, and keeps a copy of it as `prepared` for later runs. */
async function prepare(folder: string, prepared: string, open: () => Promise<EmbeddedPostgres>): Promise<void> {
  const server = await open();
  try {
    await migrate(server.ownerUrl);
  } finally {
    await server.stop();
  }
  if (!(await keepData(folder, prepared))) process.env[PREPARED_VARIABLE] = '';
}

/** `url` with another database. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** `url` by the server's port: its socket is for its own user and root. */
export function byPort(url: string): string {
  const changed = new URL(url);
  changed.search = '';
  return changed.href;
}

/** Runs one statement after the other on a connection of their own. */
export async function runAs(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A connection derives a key from its password, in 4096 steps that a test with many connections need not wait for. */
async function shortenSignIn({ adminUrl, ownerUrl, appUrl }: EmbeddedPostgres): Promise<void> {
  const passwords = [adminUrl, ownerUrl, appUrl].map((url) => {
    const { username, password } = new URL(url);
    return `ALTER ROLE ${username} PASSWORD '${password}'`;
  });
  await runAs(adminUrl, 'SET scram_iterations = 1', ...passwords);
}

/** What a run that was killed has left behind: its server outlives it by design. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (isAlive(pid)) continue;
    const folder = path.join(tmpdir(), name);
    const data = dataDirectoryOf(folder);
    if (data !== null) await stopPostmaster(data, () => undefined);
    remove(folder);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's process, so a living one.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Where the embedded server put the data of a folder; `null` when it never got that far. */
function dataDirectoryOf(folder: string): string | null {
  try {
    return path.resolve(folder, readFileSync(path.join(folder, 'postgres-control/location'), 'utf8').trim());
  } catch {
    return null;
  }
}

function remove(folder: string): void {
  const data = dataDirectoryOf(folder);
  if (data !== null && path.dirname(data) !== folder) rmSync(path.dirname(data), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
