/** Returns a deadline after the longest time that a test can take. On a busy machine, threads start and count slowly. */
export const distantDeadline = (): number => Date.now() + 600_000;
