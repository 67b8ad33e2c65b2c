import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFault } from '../command';

/** Time between two attempts to get a lock. */
const RETRY_MS = 50;
/** The maximum wait: longer than one request, and longer than {@link STALE_MS}. */
const MAX_WAIT_MS = 75_000;
/** The age at which a lock is stale if its holder cannot be checked, because it runs on a different machine. */
const STALE_MS = 60_000;

/** The locks that this process holds: a lock with its process id that is not among them is from an earlier process. */
const held = new Set<string>();

/**
 * Runs work while no other process that uses the same lock file runs its work. Breaks the lock of a process that has ended. Errors:
 * `CommandFault` if another process holds the lock for too long.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const owner = `${process.pid} ${hostname()} ${randomUUID()}`;
  const deadline = performance.now() + MAX_WAIT_MS;
  while (!isCreated(file, owner)) {
    if (performance.now() > deadline) {
      throw new CommandFault(
        `Another command has been using ${file} for too long. If none is running, delete the file.`,
      );
    }
    if (!isBroken(file)) await sleep(RETRY_MS * (0.5 + Math.random()));
  }
  held.add(owner);
  try {
    return await work();
  } finally {
    held.delete(owner);
    if (contentOf(file) === owner) rmSync(file, { force: true });
  }
}

/** Creates the lock file with its owner, unless it exists. */
function isCreated(file: string, owner: string): boolean {
  try {
    writeFileSync(file, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new CommandFault(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Removes a stale lock; false if there is none. A second file makes sure that only one process removes it: otherwise, a slower process could
 * remove the lock that a faster one has just taken.
 */
function isBroken(file: string): boolean {
  const stale = contentOf(file);
  if (stale === null || !isStale(file, stale)) return false;
  const breaker = `${file}.break`;
  // The code below does not wait, so only a crash leaves this file behind.
  if (ageOf(breaker) > STALE_MS) rmSync(breaker, { force: true });
  if (!isCreated(breaker, '')) return false;
  try {
    if (contentOf(file) !== stale) return false;
    rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(breaker, { force: true });
  }
}

function isStale(file: string, owner: string): boolean {
  const [pid = '', host = ''] = owner.split(' ');
  if (host !== hostname()) return ageOf(file) > STALE_MS;
  return Number(pid) === process.pid ? !held.has(owner) : !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of a different user exists, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Returns the age of a file in milliseconds; 0 if it does not exist. */
function ageOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
