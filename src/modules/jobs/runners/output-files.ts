import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { JOB_LIMITS } from '../contract/job-limits';
import { JobFailure } from '../contract/job-runner';
import type { LaunchSink } from './container-launcher';
import { RESULT_FILE } from './run-variables';

const MAX_DEPTH = 32;
const PIECE_BYTES = 65_536;
/** The maximum number of skipped files that are named in the log. */
const MAX_LISTED = 100;

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Non-blocking, because opening a pipe would otherwise wait for a writer. */
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const hasDescriptors = process.platform === 'linux';

/**
 * Stores the regular files that a job has written to a directory, by their paths below that directory. Links, pipes, sockets and devices
 * are skipped and listed in the job's log. Each directory is opened relative to its parent, so that no directory can be swapped during the
 * walk.
 * Errors: `JobFailure` with the reason `limit` for too many files, too deeply nested directories, or too many bytes.
 */
export async function keepOutput(directory: string, sink: LaunchSink, limitBytes: number): Promise<void> {
  await new OutputFiles(sink, limitBytes).keep(directory);
}

class OutputFiles {
  private files = 0;
  private bytes = 0;
  private told = 0;

  constructor(
    private readonly sink: LaunchSink,
    private readonly limitBytes: number,
  ) {}

  async keep(directory: string): Promise<void> {
    await this.within(directory, '', 0);
  }

  private async within(path: string, key: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw tooMuch(`has directories more than ${MAX_DEPTH} deep`);
    const folder = await open(path, DIRECTORY).catch(() => null);
    if (folder === null) {
      await this.leaveOut(key, 'it is not a readable directory');
      return;
    }
    try {
      // From here on, the code uses the directory that was opened, even if its name now refers to something else.
      const here = hasDescriptors ? `/proc/self/fd/${folder.fd}` : path;
      for (const name of (await readdir(here, { encoding: 'buffer' })).sort((a, b) => a.compare(b))) {
        await this.entry(here, name, key, depth);
      }
    } finally {
      await folder.close();
    }
  }

  private async entry(here: string, rawName: Buffer, above: string, depth: number): Promise<void> {
    const name = rawName.toString('utf8');
    const key = above === '' ? name : `${above}/${name}`;
    if (key === RESULT_FILE) return;
    if (!isPlainName(name, rawName) || key.length > JOB_LIMITS.maxPathChars) {
      await this.leaveOut(key, 'its name is not allowed for a kept file');
      return;
    }
    const file = await open(`${here}/${name}`, FILE).catch(() => null);
    if (file === null) {
      await this.leaveOut(key, 'it is a link or cannot be read');
      return;
    }
    try {
      const found = await file.stat();
      if (found.isDirectory()) await this.within(`${here}/${name}`, key, depth + 1);
      else if (found.isFile()) await this.file(file, key, found.size);
      else await this.leaveOut(key, 'it is not a regular file');
    } finally {
      await file.close();
    }
  }

  private async file(file: FileHandle, key: string, sizeBytes: number): Promise<void> {
    this.files++;
    this.bytes += sizeBytes;
    if (this.files > JOB_LIMITS.maxOutputFiles) throw tooMuch(`has more than ${JOB_LIMITS.maxOutputFiles} files`);
    // Counts the length, not the disk usage: a sparse file costs its readers as much as any other file.
    if (this.bytes > this.limitBytes) throw tooMuch(`is larger than ${this.limitBytes} bytes`);
    await this.sink.output(key, piecesOf(file, sizeBytes));
  }

  private async leaveOut(key: string, why: string): Promise<void> {
    this.told++;
    if (this.told > MAX_LISTED) return;
    const more = this.told === MAX_LISTED ? ' Further files are left out without a message.' : '';
    await this.sink.log('stderr', `[coresdk] The output ${JSON.stringify(key)} is left out: ${why}.${more}\n`);
  }
}

/** Returns the bytes of a file up to the size that it had when it was opened. Later writes are left out. */
async function* piecesOf(file: FileHandle, sizeBytes: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < sizeBytes;) {
    const { buffer, bytesRead } = await file.read(
      Buffer.allocUnsafe(Math.min(PIECE_BYTES, sizeBytes - at)),
      0,
      null,
      at,
    );
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Returns true for a portable name, which does not contain invalid UTF-8, control characters or backslashes. */
function isPlainName(name: string, raw: Buffer): boolean {
  return Buffer.from(name).equals(raw) && !/[\p{Cc}\\]/u.test(name);
}

function tooMuch(what: string): JobFailure {
  return new JobFailure('limit', `The output directory ${what}; the remaining files were not kept.`, {
    mayRetry: false,
  });
}
