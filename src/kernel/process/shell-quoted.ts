/** Returns a text as one word of a POSIX shell command; unchanged if it needs no quotes. */
export function shellQuoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
