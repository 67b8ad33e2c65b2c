import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { DATABASE } from '../../src/kernel/database/embedded/credentials';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres';
import { stopPostmaster } from '../../src/kernel/database/embedded/postmaster';
import { migrate } from '../../src/kernel/database/schema';
import { keepData, makeDataDir, PREPARED_VARIABLE, preparedFolder } from './prepared-data';

/** The variable through which Jest workers find the server; `createTestDatabase` reads it. */
export const SERVER_VARIABLE = 'TEST_POSTGRES';

/** A migrated database; every test file gets a copy. */
export const TEMPLATE = 'coresdk_template';

export interface TestServerUrls {
  /** The superuser's URL for database `postgres`. */
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
}

const PREFIX = 'coresdk-test-postgres-';

/** Tests discard their data, so a commit need not wait for the disk. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/**
 * Starts a server for one test run in a separate folder, with the migrated template, and a `DATA_DIR` from which
 * installations start.
 */
export async function startTestServer(): Promise<TestServerUrls & { readonly stop: () => Promise<void> }> {
  await removeLeftovers();
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  // If the tests run as root, the server runs as a different user, who needs access.
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

/** Migrates a new database in `folder`, and stores a copy of it as `prepared` for later runs. */
async function prepare(folder: string, prepared: string, open: () => Promise<EmbeddedPostgres>): Promise<void> {
  const server = await open();
  try {
    await migrate(server.ownerUrl);
  } finally {
    await server.stop();
  }
  if (!(await keepData(folder, prepared))) process.env[PREPARED_VARIABLE] = '';
}

/** Returns `url` with a different database. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Returns `url` with the server's port, because only root and the server's user can use its socket. */
export function byPort(url: string): string {
  const changed = new URL(url);
  changed.search = '';
  return changed.href;
}

/** Runs statements sequentially on a separate connection. */
export async function runAs(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Reduces the number of key derivation steps for each connection's password from 4096, which slows down tests with many connections.
 */
async function shortenSignIn({ adminUrl, ownerUrl, appUrl }: EmbeddedPostgres): Promise<void> {
  const passwords = [adminUrl, ownerUrl, appUrl].map((url) => {
    const { username, password } = new URL(url);
    return `ALTER ROLE ${username} PASSWORD '${password}'`;
  });
  await runAs(adminUrl, 'SET scram_iterations = 1', ...passwords);
}

/** Removes the files of a killed run and stops its server, which outlives the run by design. */
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
    // EPERM: the process belongs to a different user, so it is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Returns the data directory of a folder's embedded server; `null` if the server has not created it. */
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
