const MAX_CHARS = 200;

/**
 * The reason of a refusal: a word for machines, then words for people. Clients put it into errors that are logged, and the
 * words may be a policy's: short, one line of ASCII.
 */
export function egressReason(code: string, words: string): string {
  const text = words === '' ? code : `${code}: ${words}`;
  return text.replaceAll(/[^\x20-\x7E]/g, '?').slice(0, MAX_CHARS);
}
