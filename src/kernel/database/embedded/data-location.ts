import { createHash } from 'node:crypto';
import { lchown, lstat, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError, storageFault } from './embedded-postgres.error';
import { stopPostmaster } from './postmaster';
import { readIfPresent, writePrivateFile } from './private-files';
import { canEnter, chooseRuntimeUser, type RuntimeUser } from './runtime-user';

/** Relative, so that a DATA_DIR can be moved or copied with its data. */
const HERE = 'postgres';

/** The location of the data and the user that the server runs as. */
export interface DataLocation {
  readonly dataDirectory: string;
  readonly user: RuntimeUser;
}

/**
 * Returns `<dataDir>/postgres`, unless this process runs as root and the server's user cannot reach it (a DATA_DIR under a 0700 home, whose
 * mode is the operator's choice). In that case, it returns `/var/lib/coresdk/<hash of dataDir>/postgres`. The choice is written to
 * `<controlFolder>/location` and applies from then on, so that a later change to directory modes does not cause the server to start with
 * an empty database.
 */
export async function locateData(
  dataDir: string,
  controlFolder: string,
  log: (line: string) => void,
): Promise<DataLocation> {
  const recordFile = join(controlFolder, 'location');
  const recorded = await readIfPresent(recordFile);
  const dataDirectory = resolve(dataDir, recorded ?? HERE);
  const user = await chooseRuntimeUser(dataDirectory);
  if (recorded !== undefined) {
    if (dirname(dataDirectory) !== dataDir) log(`the embedded database keeps its data in ${dataDirectory}`);
    await checkRecorded(dataDirectory, user);
    return { dataDirectory, user };
  }
  if (await canEnter(user, dataDir)) {
    await writePrivateFile(recordFile, HERE);
    return { dataDirectory, user };
  }
  const elsewhere = join(await reachableFolder(user), createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  log(
    `user ${user.name} cannot access ${dataDir}, and the embedded database runs as that user because it cannot ` +
      `run as root: the data is in ${join(elsewhere, 'postgres')}`,
  );
  await setAside(elsewhere, log);
  await mkdir(elsewhere, { mode: 0o755 });
  await writePrivateFile(recordFile, join(elsewhere, 'postgres'));
  return { dataDirectory: join(elsewhere, 'postgres'), user };
}

async function checkRecorded(dataDirectory: string, user: RuntimeUser): Promise<void> {
  const parent = dirname(dataDirectory);
  if ((await stat(parent).catch(() => undefined)) === undefined) {
    throw new EmbeddedPostgresError(
      `the data of the embedded database should be in ${dataDirectory}, but ${parent} is gone: restore it, ` +
        'or choose an empty DATA_DIR to start over',
    );
  }
  if (!(await canEnter(user, parent))) {
    throw new EmbeddedPostgresError(
      `user ${user.name} can no longer access ${parent}, and the embedded database runs as that user because it ` +
        'cannot run as root: give that user access ("chmod o+x" on the closed parent folder), or run as the owner of the folder',
    );
  }
}

/**
 * Returns the first usable folder of two candidates. The folder must be dedicated to this purpose, owned by root and writable only by root.
 */
export async function reachableFolder(user: RuntimeUser): Promise<string> {
  const faults: unknown[] = [];
  for (const parent of ['/var/lib', tmpdir()]) {
    const folder = join(parent, 'coresdk');
    try {
      await mkdir(folder, { mode: 0o755 }).catch((fault: NodeJS.ErrnoException) => {
        if (fault.code !== 'EEXIST') throw fault;
      });
      // In a shared temporary folder, any user might have created it first, or made it a link to another folder.
      const { uid, mode } = await lstat(folder);
      if (uid !== process.getuid?.() || (mode & 0o022) !== 0) throw new Error(`other users can change ${folder}`);
      if (await canEnter(user, folder)) return folder;
      faults.push(new Error(`user ${user.name} cannot enter ${folder}`));
    } catch (fault) {
      faults.push(fault);
    }
  }
  throw storageFault(
    `create a folder for the embedded database that user ${user.name} can reach (tried /var/lib and ${tmpdir()})`,
    new AggregateError(faults, faults.map(String).join('; ')),
  );
}

/**
 * Sets aside a database that is not recorded here. It belonged to a deleted DATA_DIR, and its passwords were deleted together with that
 * folder.
 */
async function setAside(folder: string, log: (line: string) => void): Promise<void> {
  const left = await readdir(folder).catch(() => undefined);
  if (left === undefined) return;
  await stopPostmaster(join(folder, 'postgres'), log);
  const aside = `${folder}.left-${Date.now()}`;
  await rename(folder, aside);
  if (left.length > 0)
    log(`an earlier database, whose DATA_DIR is gone, was moved to ${aside}; delete it if you do not need it`);
}

/** Changes the owner of a folder or file to the server's user. Has no effect if the server runs as the user of this process. */
export async function giveTo(user: RuntimeUser, path: string): Promise<void> {
  if (user.switchTo !== undefined) await lchown(path, user.switchTo.uid, user.switchTo.gid);
}
