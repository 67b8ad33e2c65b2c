import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error';

/** The user that the server runs as. `switchTo` is undefined if that is the user of this process, which is then not root. */
export interface RuntimeUser {
  readonly name: string;
  readonly switchTo: { readonly uid: number; readonly gid: number } | undefined;
}

/** The user of this process, which is not root and so can run the server as is. */
const SELF: RuntimeUser = { name: 'the user of this process', switchTo: undefined };

/**
 * Chooses the server's user. PostgreSQL refuses to run as root. For root, the function returns the owner of any existing data (from a
 * previous run as an ordinary user), otherwise `postgres` or, if that user does not exist, `nobody`. Root is supported only on Linux,
 * because /etc/passwd does not list the users of macOS.
 */
export async function chooseRuntimeUser(dataDirectory: string, os: string = process.platform): Promise<RuntimeUser> {
  const existing = await stat(dataDirectory).catch(() => undefined);
  if (process.getuid?.() !== 0) {
    if (existing !== undefined && existing.uid !== process.getuid?.()) {
      throw new EmbeddedPostgresError(
        `${dataDirectory} belongs to user ${existing.uid}: run as that user or as root, or choose a different DATA_DIR`,
      );
    }
    return SELF;
  }
  if (os !== 'linux') {
    throw new EmbeddedPostgresError(
      'the embedded database does not run as root here: run as an ordinary user, or set DATABASE_URL',
    );
  }
  const passwd = await passwdEntries();
  const owner = existing?.uid === undefined || existing.uid === 0 ? undefined : String(existing.uid);
  const entry =
    owner !== undefined
      ? passwd.find(([, , uid]) => uid === owner)
      : (passwd.find(([name]) => name === 'postgres') ?? passwd.find(([name]) => name === 'nobody'));
  const [name, , uid, gid] = entry ?? [];
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      `running as root needs ${owner === undefined ? 'a user "postgres" or "nobody"' : `user ${owner}`} in /etc/passwd ` +
        'for the embedded database; add it, run as an ordinary user, or set DATABASE_URL',
    );
  }
  return { name, switchTo: { uid: Number(uid), gid: Number(gid) } };
}

/**
 * Returns whether the server's user can enter `folder` and every folder above it. Checks only owner, group and mode. It ignores access
 * control lists, which can grant more access, so the result can be false for a reachable folder. In that case, the location for unreachable
 * data is used.
 */
export async function canEnter(user: RuntimeUser, folder: string): Promise<boolean> {
  if (user.switchTo === undefined) return true;
  let current = await realpath(folder);
  for (;;) {
    if (!(await mayUse(user.switchTo, current))) return false;
    if (current === dirname(current)) return true;
    current = dirname(current);
  }
}

/** Returns whether the user can enter the folder ({@link canEnter}) and execute the `name` program in it. */
export async function canExecute(user: RuntimeUser, folder: string, name: string): Promise<boolean> {
  if (user.switchTo === undefined) return true;
  return (await canEnter(user, folder)) && (await mayUse(user.switchTo, join(folder, name)));
}

async function mayUse(ids: { readonly uid: number; readonly gid: number }, path: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const execute = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
  return (mode & execute) !== 0;
}

/** Returns the fields (name, password, uid, gid and so on) of every local user; empty if the file is missing. */
async function passwdEntries(): Promise<readonly (readonly string[])[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.split(':'));
}
