/**
 * Returns whether a `Prefer` header (RFC 7240) requests a preference, such as `respond-async`. Ignores other preferences, values and
 * parameters, as the RFC requires. Names are case-insensitive.
 */
export function prefers(header: string | readonly string[] | undefined, name: string): boolean {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  // Quoted strings may contain commas.
  const preferences = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(',');
  return preferences.some((preference) => /^[^;=]*/.exec(preference)?.[0].trim().toLowerCase() === name);
}
