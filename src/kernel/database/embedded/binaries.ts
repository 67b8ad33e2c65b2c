import { constants } from 'node:fs';
import { access, chmod, cp, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeThroughDraft } from './draft';
import { codeOf, EmbeddedPostgresError, reasonOf, storageFault } from './embedded-postgres.error';
import { findPlatform, platformNames } from './platforms';
import { canExecute, type RuntimeUser } from './runtime-user';

/** A tree with `bin/`, `lib/` and `share/` that the server's user can run. */
export interface Binaries {
  readonly folder: string;
  readonly majorVersion: string;
}

interface BinariesPackage {
  readonly folder: string;
  readonly version: string;
}

/**
 * Returns the PostgreSQL programs of the package for this machine, or a copy of them in `copyParent()`. It copies if the server's user
 * cannot reach the package, or if symbolic links are missing (npm 12 blocks the script that creates them) and cannot be created in place.
 * Each version is copied only once; `log` receives the location.
 */
export async function prepareBinaries(
  user: RuntimeUser,
  copyParent: () => Promise<string>,
  log: (line: string) => void,
): Promise<Binaries> {
  const source = await findPackage();
  const native = join(source.folder, 'native');
  const majorVersion = source.version.split('.')[0] ?? '';
  if ((await canExecute(user, join(native, 'bin'), 'postgres')) && (await makeLinks(native))) {
    await checkExecutable(native);
    return { folder: native, majorVersion };
  }
  const copy = join(await copyParent(), `postgresql-${source.version}`);
  if ((await stat(copy).catch(() => undefined)) === undefined) {
    log(`the embedded database's user (${user.name}) cannot use ${native}: copying its programs to ${copy}`);
    await copyBinaries(native, copy);
  }
  await checkExecutable(copy);
  return { folder: copy, majorVersion };
}

async function findPackage(): Promise<BinariesPackage> {
  const name = databasePackage();
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (fault) {
    throw new EmbeddedPostgresError(
      `the embedded database is not installed (package ${name} is missing): run "npm ci" without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL 18 server',
      fault,
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/**
 * Returns the name of the package for a machine.
 * @throws EmbeddedPostgresError on a platform without an embedded database.
 */
export function databasePackage(os?: string, arch?: string): string {
  const platform = findPlatform(os, arch);
  if (platform !== undefined) return platform.databasePackage;
  throw new EmbeddedPostgresError(
    `no embedded database is available for this machine, only for ${platformNames()}: set DATABASE_URL to a PostgreSQL 18 server`,
  );
}

/** Creates the missing links from pg-symlinks.json; returns false if the folder is not writable. */
async function makeLinks(native: string): Promise<boolean> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    // The paths begin with "native/", which is not the name of a draft folder. Both ends of a link are in the same folder.
    const path = join(native, target.replace(/^native\//, ''));
    try {
      if ((await stat(path).catch(() => undefined)) === undefined) await symlink(basename(source), path);
    } catch (fault) {
      if (codeOf(fault) !== 'EEXIST') return false;
    }
  }
  return true;
}

/** Copies the programs without static libraries. */
async function copyBinaries(native: string, copy: string): Promise<void> {
  try {
    await makeThroughDraft(copy, async (draft) => {
      await cp(native, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
      await openToAll(draft);
      if (!(await makeLinks(draft))) throw new Error(`cannot make the symbolic links in ${draft}`);
    });
  } catch (fault) {
    throw storageFault(`copy the embedded database's programs to ${copy}`, fault);
  }
}

/**
 * Makes the copy accessible to all users. A checkout created with umask 077 is not accessible to other users, but these programs are public
 * and the copy is ours.
 */
async function openToAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const open = entry.isDirectory() || basename(entry.parentPath) === 'bin' ? 0o755 : 0o644;
    await chmod(path, open);
  }
  await chmod(folder, 0o755);
}

async function checkExecutable(folder: string): Promise<void> {
  for (const program of ['postgres', 'initdb']) {
    const path = join(folder, 'bin', program);
    await access(path, constants.R_OK | constants.X_OK).catch((fault: unknown) => {
      throw new EmbeddedPostgresError(
        `the embedded database's program cannot be run (${reasonOf(fault)}): make it executable ` +
          `("chmod a+rx ${path}"), install again with "npm ci", or set DATABASE_URL`,
        fault,
      );
    });
  }
}
