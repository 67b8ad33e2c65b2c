/** The interval at which a process moves staged events into a log, and the duration of its lease. */
export const LOG_MOVES = {
  /** On average, an event waits for half this time to get its number. When idle, a check is one read of an empty table. */
  everyMs: 100,
  /** Maximum pause before a different process takes over after a kill -9. */
  leaseSeconds: 3,
} as const;

const BATCH = 1_000;

/** Moves all staged events. @param moveStaged moves up to this many of the oldest events, and returns the number moved. */
export async function moveAll(moveStaged: (atMost: number) => Promise<number>, signal?: AbortSignal): Promise<void> {
  while (!signal?.aborted && (await moveStaged(BATCH)) === BATCH);
}
