const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** Returns what a user recognizes a device by, such as `Firefox, Windows`; `null` for a program that is not a known browser. */
export function deviceName(userAgent: string): string | null {
  const named = (names: readonly (readonly [string, string])[]): string[] =>
    names.filter(([mark]) => userAgent.includes(mark)).map(([, name]) => name);
  const parts = [...named(BROWSERS).slice(0, 1), ...named(SYSTEMS).slice(0, 1)];
  return parts.length === 0 ? null : parts.join(', ');
}
