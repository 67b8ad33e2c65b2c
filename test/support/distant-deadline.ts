/** Returns when a caller gives up who waits for as long as a test may take: on a busy machine threads start and count slowly. */
export const patient = (): number => Date.now() + 600_000;
