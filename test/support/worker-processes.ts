import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { COMPILE_CACHE } from './compile-cache';
import { eventually } from './eventually';

/** A report from a task in a worker process (`jobs-worker.cjs`). */
export interface Told {
  readonly job: string;
  /** `began n`, `stopped n`, `finished n`, `kept n` for its steps; `ready` for the worker itself. */
  readonly did: string;
  readonly pid: number;
  readonly at: number;
}

/** Workers that run the built product with the tests' tasks and can be killed, and all their reports. */
export class WorkerProcesses {
  readonly told: Told[] = [];
  private readonly running = new Set<ChildProcess>();

  constructor(
    private readonly databaseUrl: string,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  /** Starts a worker. Resolves when it is ready. */
  async start(): Promise<ChildProcess> {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [path.resolve(__dirname, 'jobs-worker.cjs')], {
      env: { PATH, HOME, ...COMPILE_CACHE, WORKER_DATABASE_URL: this.databaseUrl, ...this.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.running.add(child);
    let rest = '';
    let isReady = false;
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('{"job"')) continue;
        const told = JSON.parse(line) as Told;
        isReady ||= told.did === 'ready';
        this.told.push(told);
      }
    });
    await eventually(() => expect(isReady || child.exitCode !== null).toBe(true));
    if (child.exitCode !== null) throw new Error('A worker exited before it was ready.');
    return child;
  }

  /**
   * Kills workers (kill -9), starting with those that have been running longest. Resolves when they are gone and all their reports are
   * read.
   */
  async kill(count = Number.POSITIVE_INFINITY): Promise<void> {
    const killed = [...this.running].slice(0, count);
    await Promise.all(
      killed.map(async (child) => {
        this.running.delete(child);
        if (child.exitCode !== null) return;
        const gone = once(child, 'close');
        child.kill('SIGKILL');
        await gone;
      }),
    );
  }
}
