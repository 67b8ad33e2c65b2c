import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries';
import type { ServerAddress } from './credentials';
import { EmbeddedPostgresError, reasonOf } from './embedded-postgres.error';
import { readIfPresent } from './private-files';
import { isPostmasterOf, signalIfAlive } from './process-identity';
import type { RuntimeUser } from './runtime-user';
import { explainFault } from './server-fault';
import type { ServerLog } from './server-log';
import { SERVER_ENVIRONMENT, serverArguments } from './server-settings';

/** Recovery after a crash replays at most a gigabyte of WAL (max_wal_size). Two minutes are enough even on a slow disk. */
const READY_LIMIT_MS = 120_000;
const FAST_STOP_LIMIT_MS = 30_000;
const IMMEDIATE_STOP_LIMIT_MS = 10_000;
const POLL_MS = 10;

/** The server's main process, as described by its postmaster.pid. */
export interface Postmaster extends ServerAddress {
  readonly pid: number;
  readonly ready: boolean;
  readonly stopping: boolean;
}

/** Returns the live server for a data directory; undefined if no server is running, even if a stale postmaster.pid exists. */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const lines = ((await readIfPresent(join(dataDirectory, 'postmaster.pid'))) ?? '').split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostmasterOf(pid, dataDirectory))) return undefined;
  const status = lines[7]?.trim() ?? 'starting';
  const address = { port: Number(lines[3]), socketFolder: lines[4]?.trim() || null };
  return { pid, ...address, ready: status === 'ready', stopping: status === 'stopping' };
}

/** Waits until a running server accepts connections; returns undefined if it exits instead. */
export async function awaitReady(dataDirectory: string, log: (line: string) => void): Promise<Postmaster | undefined> {
  const begun = Date.now();
  let nextWord = begun + 5_000;
  for (;;) {
    const found = await findPostmaster(dataDirectory);
    if (found === undefined || found.ready) return found;
    if (Date.now() - begun > READY_LIMIT_MS) {
      throw new EmbeddedPostgresError(
        `the embedded database (process ${found.pid}) is not ready after ${READY_LIMIT_MS / 1000} s: see postgres.log in DATA_DIR`,
      );
    }
    if (Date.now() > nextWord) {
      nextWord += 10_000;
      log(`waiting for the embedded database (process ${found.pid}) to ${found.stopping ? 'stop' : 'recover'}`);
    }
    await sleep(POLL_MS);
  }
}

export interface StartOptions {
  readonly dataDirectory: string;
  readonly port: number;
  readonly binaries: Binaries;
  readonly user: RuntimeUser;
  readonly settings: Readonly<Record<string, string>>;
  readonly serverLog: ServerLog;
  readonly log: (line: string) => void;
}

/**
 * Starts the server in a separate session and waits until it is ready. Neither Ctrl-C in our terminal nor the end of this process affects
 * the server.
 *
 * @throws EmbeddedPostgresError with the server's output if the server exits instead.
 */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  const { dataDirectory, serverLog } = options;
  const logFrom = await serverLog.sizeBytes();
  const child = await spawnDetached(options);
  // Until the server has written its pid file, only the child process shows whether the server has exited.
  while (child.exitCode === null && child.signalCode === null) {
    const found = await awaitReady(dataDirectory, options.log);
    if (found?.pid === child.pid && found !== undefined) return found;
    await sleep(POLL_MS);
  }
  throw explainFault(
    'start',
    (await serverLog.tail(logFrom)) || `it exited with ${child.exitCode ?? child.signalCode}`,
  );
}

async function spawnDetached(options: StartOptions): Promise<ChildProcess> {
  const { dataDirectory, port, binaries, user, settings } = options;
  const output = await options.serverLog.openForServer();
  try {
    const child = spawn(join(binaries.folder, 'bin', 'postgres'), serverArguments(dataDirectory, port, settings), {
      ...user.switchTo,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: SERVER_ENVIRONMENT,
      cwd: '/',
    });
    child.unref();
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } catch (fault) {
    throw explainFault('start', reasonOf(fault), fault);
  } finally {
    await output.close();
  }
}

/**
 * Stops a running server: rolls back open transactions and writes a checkpoint. After 30 s it stops the server without a checkpoint; the
 * next start then recovers from the WAL, and no committed data is lost.
 */
export async function stopPostmaster(dataDirectory: string, log: (line: string) => void): Promise<void> {
  const found = await findPostmaster(dataDirectory);
  if (found === undefined) return;
  signalIfAlive(found.pid, 'SIGINT');
  if (await hasEnded(found.pid, dataDirectory, FAST_STOP_LIMIT_MS)) return;
  log(`the embedded database did not stop in ${FAST_STOP_LIMIT_MS / 1000} s; killing it without a checkpoint`);
  signalIfAlive(found.pid, 'SIGQUIT');
  if (await hasEnded(found.pid, dataDirectory, IMMEDIATE_STOP_LIMIT_MS)) return;
  throw new EmbeddedPostgresError(
    `the embedded database (process ${found.pid}) does not stop: see postgres.log in DATA_DIR`,
  );
}

async function hasEnded(pid: number, dataDirectory: string, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (await isPostmasterOf(pid, dataDirectory)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
