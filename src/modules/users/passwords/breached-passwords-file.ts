import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../kernel/errors/app-error';
import { breachHash, type BreachedPasswords } from './breached-passwords';

const HASH_DIGITS = 40;
/** Longer than any line: the digits, `:`, a count, and the line break. */
const MAX_LINE_BYTES = 64;
const LINE = /^[0-9A-F]{40}(?::\d+)?$/;

/**
 * A file with one breached password per line, as its SHA-1 hash in uppercase hexadecimal digits, alone or followed by `:` and a count. Lines
 * are sorted by the hash, as the downloader of Have I Been Pwned writes them (about 40 GB). A lookup reads fewer than 40 lines. Each lookup
 * opens the file, so that it can be replaced by renaming a new file over it.
 */
export class BreachedPasswordsFile implements BreachedPasswords {
  constructor(private readonly path: string) {}

  /** Opens the file once, to find a fault when the process starts. Rejects with an error that names the fault. */
  async check(): Promise<void> {
    await this.find(breachHash('password'));
  }

  async has(password: string): Promise<boolean> {
    return this.find(breachHash(password)).catch((cause: unknown) => {
      const message = 'The password cannot be checked for data breaches. An administrator must repair the list.';
      throw new AppError('unavailable', message, { cause });
    });
  }

  private async find(hash: string): Promise<boolean> {
    const file = await open(this.path);
    try {
      return await isListed(file, hash);
    } finally {
      await file.close();
    }
  }
}

/** Searches for the hash by halving the part of the file in which its line can begin. */
async function isListed(file: FileHandle, hash: string): Promise<boolean> {
  let from = 0;
  let { size: to } = await file.stat();
  if (to === 0) throw new Error('The file is empty.');
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const line = await firstLine(file, middle);
    if (line === null || line.at >= to) {
      // No line begins in the second half.
      to = middle;
      continue;
    }
    const listed = line.text.slice(0, HASH_DIGITS);
    if (listed === hash) return true;
    if (listed < hash) from = line.at + line.text.length;
    else to = middle;
  }
  return false;
}

/** Returns the first line that begins at or after an offset, with the offset where it begins; `null` at the end of the file. */
async function firstLine(
  file: FileHandle,
  offset: number,
): Promise<{ readonly at: number; readonly text: string } | null> {
  // Reads from one byte before, because a line begins at the offset exactly if a line break is there.
  const start = Math.max(offset - 1, 0);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * MAX_LINE_BYTES), 0, 2 * MAX_LINE_BYTES, start);
  const bytes = buffer.subarray(0, bytesRead);
  const at = offset === 0 ? 0 : bytes.indexOf('\n') + 1;
  if (offset > 0 && at === 0) {
    if (bytesRead > MAX_LINE_BYTES)
      throw new Error(`There is no line break within ${MAX_LINE_BYTES} bytes at ${start}.`);
    return null;
  }
  if (at === bytesRead) return null;
  const end = bytes.indexOf('\n', at);
  const text = bytes.toString('latin1', at, end < 0 ? bytesRead : end).trimEnd();
  if (!LINE.test(text)) throw new Error(`The line at ${start + at} is not a SHA-1 hash in uppercase digits.`);
  return { at: start + at, text };
}
