import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually';

const PLACES = ['/usr/bin/valkey-server', '/usr/bin/redis-server', '/usr/local/bin/redis-server'];

/** Finds the system's Valkey or Redis; `null` if there is none. Throws instead if `CI` is set. */
export function findValkey(): string | null {
  const found = PLACES.find((place) => existsSync(place)) ?? null;
  if (found === null && process.env['CI'] !== undefined) {
    throw new Error(`The tests of shared limits need Valkey or Redis at one of ${PLACES.join(', ')}.`);
  }
  return found;
}

/** A private server on a separate socket, without persistence. */
export class ValkeyServer {
  private process: ChildProcess | null = null;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'coresdk-valkey-'));

  constructor(private readonly program: string) {}

  /** `unix://…`, even while the server is not running. */
  get url(): string {
    return `unix://${path.join(this.folder, 'valkey.sock')}`;
  }

  /** Resolves when the server responds. */
  async start(): Promise<void> {
    const socket = path.join(this.folder, 'valkey.sock');
    const settings = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', this.folder];
    this.process = spawn(this.program, settings, { stdio: 'ignore' });
    await eventually(async () => {
      const client = new Redis({ path: socket, lazyConnect: true, retryStrategy: () => null });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.ping();
      } finally {
        client.disconnect();
      }
    });
  }

  /** Stops the server abruptly, as in a crash. */
  async kill(): Promise<void> {
    const { process: running } = this;
    this.process = null;
    if (running === null || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
