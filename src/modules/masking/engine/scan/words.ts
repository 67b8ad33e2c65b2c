import type { Scan } from './scan';

/** The length of the longest word that is checked. */
export const LONGEST_WORD = 64;

/** The kinds of the ASCII characters: 1 for a letter or `_`, 2 for a digit, 0 for other characters. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code);
  return /\d/.test(letter) ? 2 : /\w/.test(letter) ? 1 : 0;
});
const LETTER = /[\p{L}\p{N}]/u;

/**
 * Returns the kind of the character at a position: 1 for a letter or `_`, 2 for an ASCII digit, 0 for any other character and beyond the
 * text.
 */
export function kindAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code < 128) return KINDS[code] ?? 0;
  return Number.isNaN(code) ? 0 : LETTER.test(text.charAt(index)) ? 1 : 0;
}

/**
 * Calls `visit` for each word that contains a digit. A word consists of letters, digits and `_` between two other characters. Skips words
 * longer than 64 characters.
 * @param visit receives true if the word consists of digits.
 */
export function eachWord(
  { text, digitRegions }: Scan,
  visit: (start: number, end: number, digitsOnly: boolean) => void,
): void {
  for (const region of digitRegions) {
    let index = region.start;
    while (index > 0 && index < region.end && kindAt(text, index - 1) !== 0) index++;
    while (index < region.end) {
      let kind = kindAt(text, index);
      if (kind === 0) {
        index++;
        continue;
      }
      const start = index;
      let kinds = 0;
      while (kind !== 0) {
        kinds |= kind;
        kind = kindAt(text, ++index);
      }
      if (kinds & 2 && index - start <= LONGEST_WORD) visit(start, index, kinds === 2);
    }
  }
}
