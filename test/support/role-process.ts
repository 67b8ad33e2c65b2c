import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE } from './compile-cache';

const OWN_CHECKOUT = resolve(__dirname, '../..');
/** Files as in production; and room for what a start allocates, which is looked through once rather than eight times: an eighth of what it costs. */
const FLAGS = ['--preserve-symlinks', '--min-semi-space-size=32', '--max-semi-space-size=32'];
const PAGE_BYTES = 4_096;
const READY_LIMIT_MS = 240_000;
const STOP_LIMIT_MS = 60_000;

/** How a process ended: one of the two is set. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of an installation, from the compiled program, with an environment of its own and its output kept. */
export class RoleProcess {
  private child: ChildProcess | null = null;
  private output = '';
  /** The last answer of `/readyz`. */
  private unready = '';
  /** The checkout whose compiled program the next launch starts. */
  checkout = OWN_CHECKOUT;
  private ended: Promise<Ending> = Promise.resolve({ code: null, signal: null });

  /** @param folder working directory, so that no `.env` of the checkout is read. */
  constructor(
    readonly name: string,
    readonly environment: Readonly<Record<string, string>>,
    private readonly folder: string,
  ) {}

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resident memory now, in bytes. */
  get residentBytes(): number {
    const [, resident = '0'] = readFileSync(`/proc/${this.child?.pid}/statm`, 'utf8').split(' ');
    return Number(resident) * PAGE_BYTES;
  }

  /** Everything it has written so far, over all its starts. */
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
    const child = spawn(process.execPath, [...FLAGS, join(this.checkout, 'dist/src/main.js')], {
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
    // "close", not "exit": by then everything it wrote has been read.
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Resolves when `/readyz` says so; throws with its output when it ends or takes too long. */
  async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_LIMIT_MS;
    while ((await this.readiness()) !== 200) {
      if (!this.isRunning) throw new Error(`${this.name} ended instead of starting:\n${this.tail()}`);
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready: ${this.unready}\n${this.tail()}`);
      await sleep(50);
    }
  }

  /** Status of `/readyz`; `null` when nothing answers. */
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

  /** How it ended; throws when it does not within the limit (and ends it the hard way). */
  async ending(limitMs: number = STOP_LIMIT_MS): Promise<Ending> {
    const ending = await Promise.race([this.ended, sleep(limitMs, null, { ref: false })]);
    if (ending !== null) return ending;
    await this.kill();
    throw new Error(`${this.name} did not end within ${limitMs} ms:\n${this.tail()}`);
  }

  /** SIGTERM, as an orchestrator stops it. */
  async stop(): Promise<Ending | null> {
    if (!this.isRunning) return null;
    this.signal('SIGTERM');
    return this.ending();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.signal('SIGKILL');
    await this.ended;
  }

  private tail(): string {
    return this.output.slice(-4000);
  }
}
