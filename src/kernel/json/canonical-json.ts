/**
 * Returns the canonical form of a JSON value according to RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units,
 * numbers and strings as ECMAScript writes them, no whitespace. `undefined` members are omitted, as in JSON.stringify. Errors: `TypeError`
 * for values that JSON cannot represent (bigint, NaN, infinite numbers, lone surrogates: RFC 8785 §3.2.2.2).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(`JSON has no type ${typeof value}.`);
}

/** Returns the canonical form of a string. */
export function canonicalText(text: string): string {
  const written = JSON.stringify(text);
  // JSON.stringify escapes unpaired surrogates, so they are detected without a second pass.
  if (written.includes('\\ud') && !text.isWellFormed()) throw new TypeError('A string contains an unpaired surrogate.');
  return written;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('JSON has no infinite numbers.');
  // RFC 8785 §3.2.2.3 uses ECMAScript's own format. JSON.stringify never writes a negative zero.
  return JSON.stringify(value);
}

function canonicalObject(value: object): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  if (members.length > 1) members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${canonicalText(name)}:${canonicalJson(member)}`).join(',')}}`;
}
