/** Attempts at one record before it becomes a dead letter: over some 20 minutes. */
export const MAX_ATTEMPTS = 10;
const FIRST_MS = 1_000;
const MAX_MS = 5 * 60_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, less up to a half by chance, so that
 * those who failed together do not come back together.
 * @param attempts that failed, from 1 on. @param chance 0 to 1.
 */
export function retryAfterMs(attempts: number, chance: number): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.round(full * (1 - chance / 2));
}
