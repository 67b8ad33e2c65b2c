import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The operating system's information about processes. A process that is gone, or a zombie, has no start time. */
export interface ProcessTable {
  /** Identifies the boot of this machine, so that start times of an earlier boot never match. */
  readonly boot: () => string;
  /** The start time of this process, in the same form as {@link startOf}. */
  readonly ownStart: () => string;
  readonly startOf: (pid: number) => Promise<string | undefined>;
  /** The program and its arguments, separated by NUL or, if the system does not separate them, by spaces. Empty if the process is gone. */
  readonly commandOf: (pid: number) => Promise<string>;
  /** The working directory; empty if it is unknown. */
  readonly folderOf: (pid: number) => Promise<string>;
  readonly commands: () => Promise<ReadonlyMap<number, string>>;
}

/** Returns the process table of an operating system (`process.platform`): /proc on Linux, otherwise the `ps` of POSIX. */
export function processTableOf(os: string): ProcessTable {
  return os === 'linux' ? PROC : PS;
}

let boot: string | undefined;

/** Linux: proc(5). Start times are in clock ticks since boot. */
const PROC: ProcessTable = {
  boot: () => (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)),
  ownStart: () => startTicks(readFileSync('/proc/self/stat', 'latin1')) ?? '0',
  startOf: async (pid) => startTicks(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')),
  commandOf: (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  folderOf: (pid) => readlink(`/proc/${pid}/cwd`).catch(() => ''),
  commands: async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    return new Map(await Promise.all(pids.map(async (pid) => [pid, await PROC.commandOf(pid)] as const)));
  },
};

/**
 * Returns the start time of a process, field 22 of stat (proc(5)). The second field is in parentheses and may itself contain spaces and
 * parentheses.
 */
function startTicks(stat: string): string | undefined {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : rest[18];
}

const run = promisify(execFile);
/** `ps` prints times in the time zone and language of its environment. */
const PS_OPTIONS = {
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
} as const;

/** Systems with a POSIX `ps`, such as macOS. Start times are seconds of the Unix epoch, so they also tell boots apart. */
const PS: ProcessTable = {
  boot: () => '0',
  ownStart: () => startSeconds(execFileSync('ps', startArguments(process.pid), PS_OPTIONS)) ?? '0',
  startOf: async (pid) => startSeconds(await ps(startArguments(pid))),
  commandOf: async (pid) => (await ps(['-ww', '-o', 'command=', '-p', String(pid)])).trim(),
  folderOf: async () => '',
  commands: async () => {
    const lines = (await ps(['-axww', '-o', 'pid=', '-o', 'command='])).split('\n');
    const parts = lines.map((line) => /^\s*(\d+) (.*)$/.exec(line)).filter((match) => match !== null);
    return new Map(parts.map(([, pid, command = '']) => [Number(pid), command]));
  },
};

function startArguments(pid: number): string[] {
  return ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)];
}

/** Returns the output of `ps`; empty if no process matches, which `ps` reports as a failure. */
async function ps(args: string[]): Promise<string> {
  return run('ps', args, PS_OPTIONS).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/** Reads a line such as "S+   Tue Dec  1 22:38:01 2026". */
function startSeconds(line: string): string | undefined {
  const [, state, time = ''] = /^\s*(\S+)\s+(.*\S)/.exec(line) ?? [];
  const milliseconds = Date.parse(`${time} UTC`);
  return state === undefined || state.startsWith('Z') || Number.isNaN(milliseconds)
    ? undefined
    : String(milliseconds / 1000);
}
