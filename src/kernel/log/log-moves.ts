/** How often staged events are moved into a log, and for how long one process has the lease. */
export const LOG_MOVES = {
  /** An event waits half as long for its number on average. An idle look is one read of an empty table. */
  everyMs: 100,
  /** Longest pause before another process takes over after a kill -9. */
  leaseSeconds: 3,
} as const;

const BATCH = 1_000;

/** Moves all events that are staged. @param moveStaged moves at most so many of the oldest, and returns how many. */
export async function moveAll(moveStaged: (atMost: number) => Promise<number>, signal?: AbortSignal): Promise<void> {
  while (!signal?.aborted && (await moveStaged(BATCH)) === BATCH);
}
