import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

const EVERY_MS = 500;
/** A directory with more entries is over its limit regardless of their sizes, because each entry takes space in the directory itself. */
const MAX_ENTRIES = 200_000;

/** The error for an output directory that has become too large. */
export class DiskFull extends Error {}

/**
 * Watches the size of a directory.
 * @param full called once, when the directory exceeds the limit.
 * @returns a function that stops the watch.
 */
export function watchDisk(directory: string, limitBytes: number, full: (fault: DiskFull) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const look = async (): Promise<void> => {
    const used = await usedBytes(directory, limitBytes);
    if (isOver) return;
    if (used > limitBytes) full(new DiskFull(`${directory} contains more than ${limitBytes} bytes.`));
    else timer = setTimeout(() => void look(), EVERY_MS);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/**
 * Returns the disk usage of all files below the directory. Files that disappear during the count are ignored. Counting stops when the limit
 * is exceeded.
 */
async function usedBytes(directory: string, limitBytes: number): Promise<number> {
  let bytes = 0;
  let entries = 0;
  const folders = [directory];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const list = await opendir(folder).catch(() => null);
    if (list === null) continue;
    try {
      for await (const entry of list) {
        const path = join(folder, entry.name);
        const found = await lstat(path).catch(() => null);
        bytes += (found?.blocks ?? 0) * 512;
        if (++entries > MAX_ENTRIES) return Number.POSITIVE_INFINITY;
        if (bytes > limitBytes) return bytes;
        if (entry.isDirectory()) folders.push(path);
      }
    } catch {
      // The directory no longer exists.
    }
  }
  return bytes;
}
