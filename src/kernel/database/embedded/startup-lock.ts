import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres.error';

/** Long enough for another process to start the server after a crash with a long recovery; see `READY_LIMIT_MS` in postmaster.ts. */
const WAIT_LIMIT_MS = 180_000;
const RETRY_MS = 20;

/** Releases a lock. */
type Release = () => Promise<void>;

/** Acquires the lock of a directory; undefined if it is held, here or in another process. */
export type TryLock = (directory: string) => Promise<Release | undefined>;

/**
 * Runs `work` while no other process, and no other caller in this process, runs work for the same directory.
 *
 * The kernel grants the lock to one process and releases it when that process dies, so there are no stale locks. The existence of a lock
 * file would not be safe: if two processes find the same stale file, each can remove it, and the second process then removes the first
 * process's new lock. On Linux, the lock is an abstract Unix socket that is named after the directory. It applies within one network
 * namespace, and the server on 127.0.0.1 cannot be shared beyond that namespace either. Other systems have no abstract sockets, so there
 * the open file `startup.lock` is locked.
 */
export async function withStartupLock<T>(
  directory: string,
  work: () => Promise<T>,
  tryLock: TryLock = process.platform === 'linux' ? lockSocket : lockFile,
): Promise<T> {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  let release = await tryLock(directory);
  while (release === undefined) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `another process has been starting or stopping the database of ${directory} for ${WAIT_LIMIT_MS / 1000} s; ` +
          'check its log, stop it if it hangs, and start again',
      );
    }
    await sleep(RETRY_MS);
    release = await tryLock(directory);
  }
  try {
    return await work();
  } finally {
    await release();
  }
}

function lockSocket(directory: string): Promise<Release | undefined> {
  const name = `\0coresdk-postgres-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  return new Promise((resolve, reject) => {
    const server: Server = createServer((connection) => connection.destroy());
    server.once('error', (fault) => (codeOf(fault) === 'EADDRINUSE' ? resolve(undefined) : reject(fault)));
    server.listen({ path: name, exclusive: true }, () =>
      resolve(() => new Promise((closed) => server.close(() => closed()))),
    );
  });
}

/** Opens the file with an exclusive lock that belongs to the open file, as in flock(2) (BSD and macOS, open(2)); Linux lacks this flag. */
const O_EXLOCK = 0x20;

/**
 * Locks a file in the control folder. The file stays, because only the lock on it counts. Child processes do not inherit the lock, because
 * Node opens files with O_CLOEXEC.
 */
export async function lockFile(directory: string, openFile: typeof open = open): Promise<Release | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK;
  try {
    const file = await openFile(join(directory, 'postgres-control', 'startup.lock'), flags, 0o600);
    return () => file.close();
  } catch (fault) {
    if (codeOf(fault) === 'EAGAIN') return undefined;
    throw fault;
  }
}
