/**
 * Whether a `Prefer` header (RFC 7240) asks for something, such as `respond-async`. Its other preferences, values and
 * parameters are nobody's fault and are left aside, as the RFC has it; names are compared without case.
 */
export function prefers(header: string | readonly string[] | undefined, name: string): boolean {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  // What stands between quotation marks may have commas of its own.
  const preferences = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(',');
  return preferences.some((preference) => /^[^;=]*/.exec(preference)?.[0].trim().toLowerCase() === name);
}
