/**
 * The characters that PostgreSQL's jsonb rejects: NUL and unpaired surrogates, as JSON escapes (not a string that spells out such an
 * escape).
 */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/**
 * Returns JSON that jsonb accepts. A caller's string may contain characters that PostgreSQL cannot store. Replaces them with U+FFFD,
 * because they must not cause an audit record to fail.
 */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON rarely contains such an escape, and searching for two characters costs a tenth of what the pattern match costs.
  return text.includes('\\u') && UNSTORABLE.test(text) ? JSON.stringify(storable(value)) : text;
}

/** Returns whether PostgreSQL can store a value unchanged. */
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
