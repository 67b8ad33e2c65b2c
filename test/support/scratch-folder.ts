import { statfsSync } from 'node:fs';
import { freemem } from 'node:os';

const MEMORY = '/dev/shm';
const GIB = 1024 ** 3;
/** More than all tests that run at a time have ever had there, and as much again for what they do. */
const [ROOM, MEMORY_LEFT] = [4 * GIB, 8 * GIB];

/**
 * Keeps what tests throw away in memory, where there is plenty of it: a database is copied for each test file, which keeps
 * a disk busier than the tests keep the processor. Whoever sets `TMPDIR` has chosen.
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
