/** Whether what was thrown is one of these faults of the operating system. @param codes such as `ENOENT`. */
export function isFault(thrown: unknown, codes: readonly string[]): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return false;
  return codes.some((code) => code === thrown.code);
}
