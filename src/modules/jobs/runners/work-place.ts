import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';
import { beginOf, killProcessesOf } from './local/process-tree';
import { removeTree } from './work-directory';

/** The process and machine that own a directory. */
interface Owner {
  readonly host: string;
  readonly pid: number;
  /** The start time of the process (see {@link beginOf}); `null` on systems where it is unavailable. */
  readonly begin: string | null;
}

const OWNER_FILE = 'owner.json';

/**
 * This worker's directory for its current runs. Directories of dead workers on this machine are removed together with what their runs left
 * behind: processes are found by their environment, and {@link onLeftover} removes containers.
 */
export class WorkPlace implements OnApplicationShutdown {
  private readonly name = `worker-${process.pid}-${randomBytes(6).toString('hex')}`;
  private made: Promise<string> | null = null;
  /** Receives the name of a dead worker's directory before it is removed. */
  onLeftover: (name: string) => Promise<void> = () => Promise.resolve();

  /** @param base the value of `JOBS_WORK_DIR`; `null` for the system's directory for temporary files. */
  constructor(private readonly base: string | null) {}

  /** The name of this worker, unique on this machine. */
  get label(): string {
    return this.name;
  }

  /** Returns the directory; the first call creates it and removes leftovers. */
  async path(): Promise<string> {
    this.made ??= this.make().catch((thrown: unknown) => {
      this.made = null;
      throw thrown;
    });
    return this.made;
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.made !== null) await removeTree(await this.made);
  }

  private async make(): Promise<string> {
    const uid = process.getuid?.() ?? 0;
    const base = this.base ?? join(tmpdir(), `coresdk-jobs-${uid}`);
    await mkdir(base, { recursive: true, mode: 0o700 });
    const found = await stat(base);
    // Another user with write access here could replace a job's directory with a link.
    if (found.uid !== uid || (found.mode & 0o022) !== 0) {
      throw new Error(`${base} must belong to the user of this process and must not be writable by others.`);
    }
    await this.clearLeftovers(base);
    const path = join(base, this.name);
    await mkdir(path, { mode: 0o700 });
    const owner: Owner = { host: hostname(), pid: process.pid, begin: await beginOf(process.pid) };
    await writeFile(join(path, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
    return path;
  }

  private async clearLeftovers(base: string): Promise<void> {
    for (const name of await readdir(base)) {
      if (!name.startsWith('worker-') || (await mayBeAlive(join(base, name)))) continue;
      await this.onLeftover(name);
      await killProcessesOf(null, join(base, name));
      await removeTree(join(base, name));
    }
  }
}

/** Returns true when the owner of a directory might be alive. Directories that belong to other machines sharing the disk are left alone. */
async function mayBeAlive(path: string): Promise<boolean> {
  const text = await readFile(join(path, OWNER_FILE), 'utf8').catch(() => null);
  // The directory was just created, or its creation was interrupted: an empty directory does no harm.
  if (text === null) return true;
  const { host, pid, begin } = JSON.parse(text) as Owner;
  if (host !== hostname()) return true;
  if (begin !== null) return (await beginOf(pid)) === begin;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
