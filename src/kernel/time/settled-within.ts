import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a promise that may never settle, for at most this many milliseconds. @returns whether it has settled, successfully or not. */
export async function settledWithin(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  const over = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, sleep(withinMs, false, { signal: over.signal })]);
  } finally {
    over.abort();
  }
}
