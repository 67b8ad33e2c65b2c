/** Returns a deadline that is later than any test can last. On a busy machine, threads start and count slowly. */
export const distantDeadline = (): number => Date.now() + 600_000;
