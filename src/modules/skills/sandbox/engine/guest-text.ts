/** Reads a string from the sandbox; returns `null` when it has more characters. */
export type ReadText = (mostChars: number) => string | null;
