type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * The canonical text of a JSON value (RFC 8785): members sorted by the UTF-16 units of their names, no blanks, numbers and
 * texts as ECMAScript writes them. Throws for what is no I-JSON (RFC 7493): half of a surrogate pair, or a number without
 * end.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('A number has no end.');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // Without a compare function, `sort` compares UTF-16 units, as §3.2.3 wants it; names are unique.
  const byName = new Map(Object.entries(value));
  const names = [...byName.keys()].sort();
  return `{${names.map((name) => `${canonicalText(name)}:${canonicalJson(byName.get(name) ?? null)}`).join(',')}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('A text has half of a surrogate pair.');
  return JSON.stringify(text);
}
