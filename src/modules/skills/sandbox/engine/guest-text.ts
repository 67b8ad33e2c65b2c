/** Reads a text of the code's out of its sandbox; `null` when it has more characters. */
export type ReadText = (mostChars: number) => string | null;
