import { execFile } from 'node:child_process';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries';
import { ADMIN_ROLE } from './credentials';
import { giveTo } from './data-location';
import { makeThroughDraft } from './draft';
import { codeOf, EmbeddedPostgresError, reasonOf, storageFault } from './embedded-postgres.error';
import { findPlatform } from './platforms';
import { readIfPresent } from './private-files';
import type { RuntimeUser } from './runtime-user';
import { explainFault } from './server-fault';
import { SERVER_ENVIRONMENT } from './server-settings';

const run = promisify(execFile);

/**
 * Returns whether the directory contains a cluster of our major version; false if it is missing or empty. Throws for any other content and
 * leaves it unchanged.
 */
export async function hasCluster(dataDirectory: string, majorVersion: string): Promise<boolean> {
  const found = await readIfPresent(join(dataDirectory, 'PG_VERSION')).catch((fault: unknown) => {
    throw storageFault(`read ${dataDirectory}`, fault);
  });
  if (found !== undefined) {
    if (found.trim() === majorVersion) return true;
    throw new EmbeddedPostgresError(
      `${dataDirectory} was written by PostgreSQL ${found.trim()}, but this release runs ${majorVersion}; no data was ` +
        `changed. Dump it with PostgreSQL ${found.trim()} and restore the dump, or choose an empty DATA_DIR`,
    );
  }
  const files = await readdir(dataDirectory).catch((fault: unknown) => {
    if (codeOf(fault) === 'ENOENT') return [];
    throw storageFault(`read ${dataDirectory}`, fault);
  });
  if (files.length === 0) return false;
  throw new EmbeddedPostgresError(
    `${dataDirectory} contains files but no PostgreSQL data; no data was changed. Empty it, or choose a different DATA_DIR`,
  );
}

/** Creates the cluster. If `durable` is false, it skips the sync to disk (tests). */
export async function createCluster(
  dataDirectory: string,
  binaries: Binaries,
  user: RuntimeUser,
  adminPassword: string,
  durable: boolean,
): Promise<void> {
  try {
    await makeThroughDraft(dataDirectory, async (draft) => {
      const passwordFile = `${draft}-password`;
      await mkdir(draft, { mode: 0o700 });
      await giveTo(user, draft);
      try {
        await writePasswordFile(passwordFile, adminPassword, user);
        await runInitdb(draft, passwordFile, binaries, user, durable);
      } finally {
        await rm(passwordFile, { force: true });
      }
    });
    if (durable) await syncFolder(dirname(dataDirectory));
  } catch (fault) {
    throw fault instanceof EmbeddedPostgresError ? fault : storageFault(`create ${dataDirectory}`, fault);
  }
}

/** Writes the password file for initdb, because every user could see a password argument in the process list. */
async function writePasswordFile(path: string, password: string, user: RuntimeUser): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(password);
  await file.close();
  await giveTo(user, path);
}

async function runInitdb(
  folder: string,
  passwordFile: string,
  binaries: Binaries,
  user: RuntimeUser,
  durable: boolean,
): Promise<void> {
  const args = ['-D', folder, '-U', ADMIN_ROLE, '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // The built-in provider sorts by code point and behaves the same everywhere; the C library's locales differ between machines.
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions');
  // On Linux, calls syncfs() once instead of fsync() a thousand times, which saves 1.3 s on the first start.
  args.push(durable ? `--sync-method=${findPlatform()?.syncMethod ?? 'fsync'}` : '--no-sync');
  try {
    await run(join(binaries.folder, 'bin', 'initdb'), args, { ...user.switchTo, env: SERVER_ENVIRONMENT, cwd: '/' });
  } catch (fault) {
    const said = typeof fault === 'object' && fault !== null && 'stderr' in fault ? String(fault.stderr).trim() : '';
    throw explainFault('create its data directory', said === '' ? reasonOf(fault) : said, fault);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
