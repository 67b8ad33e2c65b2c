import { readFileSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/**
 * Identifies a process unambiguously: `<pid>-<start time in clock ticks>-<boot>`. The pid alone is not enough: the kernel reuses pids, and
 * the start time is relative to the boot time.
 */
export function identityOfThisProcess(): string {
  return `${process.pid}-${startTicks(readFileSync('/proc/self/stat', 'latin1')) ?? '0'}-${bootId()}`;
}

/**
 * Returns whether the process that {@link identityOfThisProcess} identified is still running; false for a zombie and for any other string.
 */
export async function isAlive(identity: string): Promise<boolean> {
  const [pid, start, boot] = identity.split('-');
  if (pid === undefined || !/^\d+$/.test(pid) || boot !== bootId()) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return startTicks(stat) === start;
}

/**
 * Returns whether `pid` is the main process of the server on `dataDirectory`. Checks its arguments first: /proc/<pid>/cwd of another user's
 * process is inaccessible even to root in a container without CAP_SYS_PTRACE.
 */
export async function isPostmasterOf(pid: number, dataDirectory: string): Promise<boolean> {
  const [program = '', ...args] = await argumentsOf(pid);
  if (basename(program) !== 'postgres') return false;
  if (args.includes(dataDirectory) || args.includes(`-D${dataDirectory}`)) return true;
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === dataDirectory;
}

/**
 * Returns all processes of the server with this `cluster_name`. Recognizes the main process by its arguments and the children by their
 * titles.
 */
export async function serverProcesses(clusterName: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const commands = await Promise.all(pids.map(argumentsOf));
  return pids.filter((_, index) => {
    const [program = '', ...args] = commands[index] ?? [];
    if (program.startsWith(`postgres: ${clusterName}:`)) return true;
    return basename(program) === 'postgres' && args.includes(`cluster_name=${clusterName}`);
  });
}

/** Sends a signal (0 only checks); returns false if the process is gone or if we are not allowed to signal it. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function argumentsOf(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
}

/**
 * Returns the start time of a process, field 22 of stat (proc(5)). The second field is in parentheses and may itself contain spaces and
 * parentheses.
 */
function startTicks(stat: string): string | undefined {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : rest[18];
}

let boot: string | undefined;
function bootId(): string {
  return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8));
}
