import { basename } from 'node:path';
import { processTableOf } from './process-table';

const ofThisMachine = processTableOf(process.platform);
let ownStart: string | undefined;

/**
 * Identifies a process unambiguously: `<pid>-<start time>-<boot>`. The pid alone is not enough: the system reuses pids, and on Linux the
 * start time is relative to the boot time.
 */
export function identityOfThisProcess(table = ofThisMachine): string {
  const start = table === ofThisMachine ? (ownStart ??= table.ownStart()) : table.ownStart();
  return `${process.pid}-${start}-${table.boot()}`;
}

/**
 * Returns whether the process that {@link identityOfThisProcess} identified is still running; false for a zombie and for any other string.
 */
export async function isAlive(identity: string, table = ofThisMachine): Promise<boolean> {
  const [pid, start, boot] = identity.split('-');
  if (pid === undefined || start === undefined || !/^\d+$/.test(pid) || boot !== table.boot()) return false;
  return (await table.startOf(Number(pid))) === start;
}

/**
 * Returns whether `pid` is the main process of the server on `dataDirectory`. Checks its arguments first: the working directory of another
 * user's process is inaccessible even to root in a container without CAP_SYS_PTRACE.
 */
export async function isPostmasterOf(pid: number, dataDirectory: string, table = ofThisMachine): Promise<boolean> {
  const command = await table.commandOf(pid);
  if (!isPostgres(command)) return false;
  if (hasArgument(command, dataDirectory) || hasArgument(command, `-D${dataDirectory}`)) return true;
  return (await table.folderOf(pid)) === dataDirectory;
}

/**
 * Returns all processes of the server with this `cluster_name`. Recognizes the main process by its arguments and the children by their
 * titles.
 */
export async function serverProcesses(clusterName: string, table = ofThisMachine): Promise<readonly number[]> {
  const isOurs = (command: string): boolean =>
    command.startsWith(`postgres: ${clusterName}:`) ||
    (isPostgres(command) && hasArgument(command, `cluster_name=${clusterName}`));
  return [...(await table.commands())].filter(([, command]) => isOurs(command)).map(([pid]) => pid);
}

/** Sends a signal (0 only checks); returns false if the process is gone or if we are not allowed to signal it. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Returns whether the program of a command is `postgres`. Its path can contain spaces; an option follows its name. */
function isPostgres(command: string): boolean {
  const [program = ''] = command.split(isSeparated(command) ? '\0' : ' -');
  return basename(program) === 'postgres';
}

/** Returns whether one of the arguments is exactly this text. */
function hasArgument(command: string, argument: string): boolean {
  const separator = isSeparated(command) ? '\0' : ' ';
  return `${command}${separator}`.includes(`${separator}${argument}${separator}`);
}

function isSeparated(command: string): boolean {
  return command.includes('\0');
}
