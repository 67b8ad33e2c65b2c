import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres.error';

/** Long enough for another process to start the server after a crash with a long recovery; see `READY_LIMIT_MS` in postmaster.ts. */
const WAIT_LIMIT_MS = 180_000;
const RETRY_MS = 20;

/**
 * Runs `work` while no other process, and no other caller in this process, runs work for the same directory.
 *
 * The lock is an abstract Unix socket named after the directory. The kernel grants it to one process and releases it when that process
 * dies, so there are no stale locks. A lock file would not be safe: if two processes find the same stale file, each can remove it, and the
 * second process then removes the first process's new lock. The lock applies within one network namespace, and the server on 127.0.0.1
 * cannot be shared beyond that namespace either.
 */
export async function withStartupLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const name = `\0coresdk-postgres-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  const deadline = Date.now() + WAIT_LIMIT_MS;
  let held = await tryLock(name);
  while (held === undefined) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `another process has been starting or stopping the database of ${directory} for ${WAIT_LIMIT_MS / 1000} s; ` +
          'check its log, stop it if it hangs, and start again',
      );
    }
    await sleep(RETRY_MS);
    held = await tryLock(name);
  }
  const lock = held;
  try {
    return await work();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

function tryLock(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (fault) => (codeOf(fault) === 'EADDRINUSE' ? resolve(undefined) : reject(fault)));
    server.listen({ path: name, exclusive: true }, () => resolve(server));
  });
}
