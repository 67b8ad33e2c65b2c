import { readFileSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/**
 * Names a process beyond doubt: `<pid>-<start time in clock ticks>-<boot>`. The pid alone is not enough, because
 * the kernel gives it out again, and the start time counts from the boot.
 */
export function identityOfThisProcess(): string {
  return `${process.pid}-${startTicks(readFileSync('/proc/self/stat', 'latin1')) ?? '0'}-${bootId()}`;
}

/** Returns whether the process that {@link identityOfThisProcess} named still runs; false for a zombie and for any other text. */
export async function isAlive(identity: string): Promise<boolean> {
  const [pid, start, boot] = identity.split('-');
  if (pid === undefined || !/^\d+$/.test(pid) || boot !== bootId()) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return startTicks(stat) === start;
}

/**
 * Returns whether `pid` is the main process of the server on `dataDirectory`. Checks its arguments first: /proc/<pid>/cwd of
 * another user's process is closed even to root in a container without CAP_SYS_PTRACE.
 */
export async function isPostmasterOf(pid: number, dataDirectory: string): Promise<boolean> {
  const [program = '', ...args] = await argumentsOf(pid);
  if (basename(program) !== 'postgres') return false;
  if (args.includes(dataDirectory) || args.includes(`-D${dataDirectory}`)) return true;
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === dataDirectory;
}

/** Every process of the server with this `cluster_name`: the main one by its arguments, its children by their titles. */
export async function serverProcesses(clusterName: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const commands = await Promise.all(pids.map(argumentsOf));
  return pids.filter((_, index) => {
    const [program = '', ...args] = commands[index] ?? [];
    if (program.startsWith(`postgres: ${clusterName}:`)) return true;
    return basename(program) === 'postgres' && args.includes(`cluster_name=${clusterName}`);
  });
}

/** Sends a signal (0 only asks); false when the process is gone or belongs to somebody we may not signal. */
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

/** proc(5): field 22 of stat; the second field is in brackets and may itself hold spaces and brackets. */
function startTicks(stat: string): string | undefined {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : rest[18];
}

let boot: string | undefined;
function bootId(): string {
  return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8));
}
