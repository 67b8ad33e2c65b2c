/** The characters that PostgreSQL's jsonb refuses: NUL, and halves of surrogate pairs, as JSON escapes (not a text that spells one). */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/**
 * JSON text that jsonb takes. A text of a caller may hold characters that PostgreSQL cannot store, and a record of what
 * happened must not fail for them: they become U+FFFD.
 */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value);
  // Nearly no text has such an escape at all, and looking for two characters costs a tenth of the pattern.
  return text.includes('\\u') && UNSTORABLE.test(text) ? JSON.stringify(storable(value)) : text;
}

/** Returns whether PostgreSQL can keep a value as it is. */
export function isStorable(value: unknown): boolean {
  return !UNSTORABLE.test(JSON.stringify(value));
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [storableText(name), storable(member)]));
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
