import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogStream } from '../contract/job.types';

/** A program to run without a shell, without standard input, and with only this environment. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A running program, in a separate process group and session. */
export interface Child {
  readonly pid: number;
  /** Signals the program's process group. Does nothing if the group no longer exists. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

interface Attendance {
  readonly log: (stream: LogStream, piece: Uint8Array) => Promise<void>;
  /** Terminates the program. Called at most once: when the signal fires, or on the first fault of a sink or watch. */
  readonly halt: (child: Child) => Promise<void>;
  readonly signal: AbortSignal;
  /**
   * Watchers of the running program. Each watcher receives a function that terminates the program, and returns a function that stops the
   * watch.
   */
  readonly watches?: readonly ((child: Child, fail: (fault: unknown) => void) => () => void)[];
  /** Kills all remaining processes that the program started. Called after the program has ended. */
  readonly clear?: (child: Child) => Promise<void>;
}

/**
 * The maximum wait for the output pipes after the program and its processes have ended. Other processes that still hold the pipes are
 * ignored.
 */
const PIPES_LIMIT_MS = 2_000;

/**
 * Runs a program to completion and sends its output to `log` piece by piece. The program is blocked while a piece is being stored.
 * @returns the exit code, or 128 plus the signal number if a signal killed the program. Rejects with the fault for which the program was
 *   terminated, which can be the signal's reason, or with Node's error if the program cannot be started.
 */
export async function attend(program: Program, attendance: Attendance): Promise<number> {
  const { log, halt, signal, watches = [], clear } = attendance;
  signal.throwIfAborted();
  const started = spawned(program);
  const exit = exitOf(started);
  // Awaited below. Until then, its rejection must not count as unhandled.
  exit.catch(() => undefined);
  const child = childOf(started);
  const faults: unknown[] = [];
  const halting: Promise<void>[] = [];
  const fail = (fault: unknown): void => {
    faults.push(fault);
    if (child !== null && halting.length === 0) halting.push(halt(child));
  };
  const read = async (stream: LogStream, from: Readable): Promise<void> => {
    for await (const piece of from as AsyncIterable<Buffer>) {
      // Discard output after a fault, so that the program is not blocked while it terminates.
      if (faults.length === 0) await log(stream, piece).catch(fail);
    }
  };
  const reading = Promise.all([read('stdout', started.stdout), read('stderr', started.stderr)]).catch(() => undefined);
  const aborted = (): void => {
    fail(signal.reason);
  };
  signal.addEventListener('abort', aborted, { once: true });
  const ends = child === null ? [] : watches.map((watch) => watch(child, fail));
  try {
    const code = await exit;
    if (child !== null) await clear?.(child);
    await Promise.race([reading, sleep(PIPES_LIMIT_MS, undefined, { ref: false })]);
    if (faults.length > 0) throw faults[0];
    return code;
  } finally {
    signal.removeEventListener('abort', aborted);
    for (const end of ends) end();
    started.stdout.destroy();
    started.stderr.destroy();
    await Promise.all(halting);
  }
}

type Spawned = ChildProcessByStdio<null, Readable, Readable>;

function spawned({ file, args, env, cwd }: Program): Spawned {
  return spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

function childOf({ pid }: ChildProcess): Child | null {
  if (pid === undefined) return null;
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // The group no longer exists.
    }
  };
  return { pid, kill };
}

function exitOf(process: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    process.once('error', reject);
    process.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** The output of a program that has ended. Each stream is truncated at a limit. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SAID_BYTES = 65_536;

/**
 * Runs a program that prints a result and ends. Rejects with the reason if the signal fires or the program is killed after `timeoutMs`, or
 * with Node's error if the program cannot be started.
 */
export async function ask(program: Program, timeoutMs: number, signal?: AbortSignal): Promise<Said> {
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const sizes = { stdout: 0, stderr: 0 };
  const deadline = AbortSignal.timeout(timeoutMs);
  const code = await attend(program, {
    log: (stream, piece) => {
      const room = SAID_BYTES - sizes[stream];
      if (room > 0) said[stream].push(Buffer.from(piece.subarray(0, room)));
      sizes[stream] += piece.length;
      return Promise.resolve();
    },
    halt: (child) => {
      child.kill('SIGKILL');
      return Promise.resolve();
    },
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
  });
  const text = (pieces: Buffer[]): string => Buffer.concat(pieces).toString('utf8');
  return { code, stdout: text(said.stdout), stderr: text(said.stderr) };
}
