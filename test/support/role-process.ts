import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE } from './compile-cache';

const OWN_CHECKOUT = resolve(__dirname, '../..');
/**
 * Resolves files as in production, and provides a large semi-space for the allocations during startup: V8 scans it once instead of eight
 * times, at an eighth of the cost.
 */
const FLAGS = ['--preserve-symlinks', '--min-semi-space-size=32', '--max-semi-space-size=32'];
const PAGE_BYTES = 4_096;
const READY_LIMIT_MS = 240_000;
const STOP_LIMIT_MS = 60_000;

/** How a process ended: either the code or the signal is set. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of an installation. It runs the compiled program with a separate environment, and its output is stored. */
export class RoleProcess {
  private child: ChildProcess | null = null;
  private output = '';
  /** The last response from `/readyz`. */
  private unready = '';
  /** The checkout whose compiled program the next launch starts. */
  checkout = OWN_CHECKOUT;
  private ended: Promise<Ending> = Promise.resolve({ code: null, signal: null });

  /** @param folder the working directory, so that the process does not read the checkout's `.env`. */
  constructor(
    readonly name: string,
    readonly environment: Readonly<Record<string, string>>,
    private readonly folder: string,
  ) {}

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The current resident memory, in bytes. */
  get residentBytes(): number {
    const [, resident = '0'] = readFileSync(`/proc/${this.child?.pid}/statm`, 'utf8').split(' ');
    return Number(resident) * PAGE_BYTES;
  }

  /** All output so far, from all its starts. */
  get log(): string {
    return this.output;
  }

  get healthUrl(): string {
    return `http://127.0.0.1:${this.environment['HEALTH_PORT']}`;
  }

  /** Starts the process without waiting for it. */
  launch(): void {
    if (this.isRunning) throw new Error(`${this.name} is running already.`);
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [...FLAGS, join(this.checkout, 'dist/bundle/src/main.js')], {
      cwd: this.folder,
      env: { PATH, HOME, ...COMPILE_CACHE, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (chunk: Buffer): void => {
      this.output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    this.child = child;
    // Waits for "close" instead of "exit", because all the output has been read by then.
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Resolves when `/readyz` reports ready. Throws with the output if the process ends or takes too long. */
  async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_LIMIT_MS;
    while ((await this.readiness()) !== 200) {
      if (!this.isRunning) throw new Error(`${this.name} exited instead of starting:\n${this.tail()}`);
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready: ${this.unready}\n${this.tail()}`);
      await sleep(50);
    }
  }

  /** Returns the status from `/readyz`; `null` if there is no response. */
  async readiness(): Promise<number | null> {
    try {
      const answer = await fetch(`${this.healthUrl}/readyz`, { headers: { connection: 'close' } });
      this.unready = await answer.text();
      return answer.status;
    } catch {
      this.unready = 'nothing answers';
      return null;
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Returns how the process ended. If it does not end within the limit, kills it and throws. */
  async ending(limitMs: number = STOP_LIMIT_MS): Promise<Ending> {
    const ending = await Promise.race([this.ended, sleep(limitMs, null, { ref: false })]);
    if (ending !== null) return ending;
    await this.kill();
    throw new Error(`${this.name} did not stop within ${limitMs} ms:\n${this.tail()}`);
  }

  /** Sends SIGTERM, as an orchestrator does. */
  async stop(): Promise<Ending | null> {
    if (!this.isRunning) return null;
    this.signal('SIGTERM');
    return this.ending();
  }

  /** Kills the process (kill -9). */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.signal('SIGKILL');
    await this.ended;
  }

  private tail(): string {
    return this.output.slice(-4000);
  }
}
