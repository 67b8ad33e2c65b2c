/**
 * Returns true when the error is one of these operating system errors.
 * @param codes such as `ENOENT`.
 */
export function isFault(thrown: unknown, codes: readonly string[]): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return false;
  return codes.some((code) => code === thrown.code);
}
