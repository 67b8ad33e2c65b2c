import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error';
import { findPostmaster } from './postmaster';
import { readIfPresent } from './private-files';
import { serverProcesses, signalIfAlive } from './process-identity';
import { clusterNameOf } from './server-settings';

const LEAVE_BY_THEMSELVES_MS = 1_000;
const LIMIT_MS = 10_000;

/**
 * Removes leftovers that would keep a new server from starting. Returns immediately if it finds a live server; in that case, the process
 * that started the server was killed in the meantime.
 *
 * After a kill -9 of the main process, idle children exit on their own, and a new server refuses to start while busy children remain. To
 * check the pid file, the new server uses the shared memory that the file names. Only a pid that the kernel has reassigned to an unrelated
 * process would keep the server from starting. A socket's lock file does not name shared memory: any live pid in it blocks the start, even
 * the pid of a process that has not been reaped yet.
 */
export async function clearLeftovers(dataDirectory: string): Promise<void> {
  const name = clusterNameOf(dataDirectory);
  const begun = Date.now();
  for (let left = await serverProcesses(name); left.length > 0; left = await serverProcesses(name)) {
    if ((await findPostmaster(dataDirectory)) !== undefined) return;
    const waited = Date.now() - begun;
    if (waited > LIMIT_MS) {
      throw new EmbeddedPostgresError(
        `processes from a previous server still use ${dataDirectory} (${left.join(', ')}): end them and start again`,
      );
    }
    // The signal that the main process itself sends after a crash: exit immediately without writing. Commits are in the WAL.
    if (waited > LEAVE_BY_THEMSELVES_MS) for (const pid of left) signalIfAlive(pid, 'SIGQUIT');
    await sleep(20);
  }
  const pidFile = join(dataDirectory, 'postmaster.pid');
  const pid = Number(((await readIfPresent(pidFile)) ?? '').split('\n')[0]);
  if (pid > 0 && signalIfAlive(pid, 0)) await rm(pidFile, { force: true });
  const sockets = (await readdir(dataDirectory)).filter((file) => file.startsWith('.s.PGSQL.'));
  await Promise.all(sockets.map((file) => rm(join(dataDirectory, file), { force: true })));
}
