import { chmod, chown, lstat, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { JOB_LIMITS } from '../contract/job-limits';
import { JobFailure } from '../contract/job-runner';
import type { Launch } from './container-launcher';
import { RESULT_FILE } from './run-variables';
import { isFault } from './system-fault';

/** The owner of a job's directories; `null` for this process's own user. */
export interface DirectoryOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The directories of one run. The run reads `input`, `secrets` and the file `input.json`, and writes to `output`. Other users of the
 * machine cannot read these directories. They are removed after the run.
 */
export class WorkDirectory {
  private constructor(readonly path: string) {}

  /**
   * Creates the directories.
   * @param above the parent directory, private to this process's user.
   * Errors: `JobFailure` with the reason `input` if the paths of the files contradict each other.
   */
  static async make(above: string, launch: Launch, owner: DirectoryOwner | null): Promise<WorkDirectory> {
    const made = new WorkDirectory(await mkdtemp(join(above, `${launch.jobId}-`)));
    try {
      await made.fill(launch);
      if (owner !== null) await handOver(made.path, owner);
      return made;
    } catch (thrown) {
      await made.remove();
      throw isPathConflict(thrown)
        ? new JobFailure('input', 'A path in the input files is both a file and a directory.', { mayRetry: false })
        : thrown;
    }
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /**
   * Returns the result that the job wrote, truncated to one byte above the limit; `null` when there is no result, or it is not a regular
   * file.
   */
  async result(): Promise<string | null> {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(join(this.at('output'), RESULT_FILE), flags).catch(() => null);
    if (file === null) return null;
    try {
      if (!(await file.stat()).isFile()) return null;
      const bytes = Buffer.alloc(JOB_LIMITS.maxResultBytes + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length);
        length += bytesRead;
        if (bytesRead === 0) break;
      }
      return bytes.toString('utf8', 0, length);
    } finally {
      await file.close();
    }
  }

  /** Removes all directories and files, regardless of the file modes that the job has set. */
  async remove(): Promise<void> {
    await removeTree(this.path);
  }

  private async fill({ inputFiles, inputJson, secretFiles }: Launch): Promise<void> {
    await Promise.all(['input', 'secrets', 'output'].map((name) => mkdir(this.at(name), { mode: 0o700 })));
    await writeFile(this.at('input.json'), inputJson, { mode: 0o400, flag: 'wx' });
    for (const [path, content] of inputFiles) await this.put('input', path, content);
    for (const [name, value] of secretFiles) await this.put('secrets', name, value);
  }

  private async put(folder: string, path: string, content: Uint8Array): Promise<void> {
    const file = join(this.at(folder), path);
    // Paths were checked on submission. This condition guards against a bug in that check.
    if (!file.startsWith(this.at(folder) + sep))
      throw new Error(`A file of a job is outside its directory: ${folder}.`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content, { mode: 0o400, flag: 'wx' });
  }
}

/** Removes a directory with its contents; does nothing if it does not exist. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async () => {
    // Entries of directories without write permission cannot be removed.
    await openUp(path);
    await rm(path, { recursive: true, force: true });
  });
}

async function openUp(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isDirectory() !== true) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await openUp(join(path, name));
}

/** Changes the owner of all entries. The directory itself stays private to this process. */
async function handOver(path: string, { uid, gid }: DirectoryOwner): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    await chown(join(entry.parentPath, entry.name), uid, gid);
  }
}

function isPathConflict(thrown: unknown): boolean {
  return isFault(thrown, ['EEXIST', 'ENOTDIR', 'EISDIR']);
}
