/** Reads a string from the sandbox; returns `null` when the string has more than `mostChars` characters. */
export type ReadText = (mostChars: number) => string | null;
