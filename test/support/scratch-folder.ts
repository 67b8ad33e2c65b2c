import { statfsSync } from 'node:fs';
import { freemem } from 'node:os';

const MEMORY = '/dev/shm';
const GIB = 1024 ** 3;
/** More than all concurrent tests have ever stored there, and the same amount again for the tests' own memory. */
const [ROOM, MEMORY_LEFT] = [4 * GIB, 8 * GIB];

/**
 * Keeps the tests' temporary data in memory if there is enough memory: each test file copies a database, which puts more load on the disk
 * than the tests put on the processor. Does nothing if `TMPDIR` is set.
 */
export function useScratchFolder(): void {
  if (process.env['TMPDIR'] === undefined && hasRoom()) process.env['TMPDIR'] = MEMORY;
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM && freemem() >= MEMORY_LEFT;
  } catch {
    return false;
  }
}
