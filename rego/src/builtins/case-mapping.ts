/*
 * Upper and lower case per code point, as in Go's `unicode.ToUpper` and `ToLower`. JavaScript's methods can map to several code points (`ß`
 * to `SS`) and depend on neighboring characters (a final sigma).
 */

const ASCII = /^[\0-\x7f]*$/;
/**
 * Ranges of Greek letters with iota subscript, each with the distance to the uppercase letters. For these letters, the titlecase form is
 * the only uppercase form that is a single letter.
 */
const IOTA_RANGES: readonly (readonly [first: number, last: number, distance: number])[] = [
  [0x1f80, 0x1f87, 8],
  [0x1f90, 0x1f97, 8],
  [0x1fa0, 0x1fa7, 8],
  [0x1fb3, 0x1fb3, 9],
  [0x1fc3, 0x1fc3, 9],
  [0x1ff3, 0x1ff3, 9],
];

export function toUpper(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : mapEach(text, upperOf);
}

export function toLower(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : mapEach(text, lowerOf);
}

function mapEach(text: string, map: (char: string) => string): string {
  const chars: string[] = [];
  for (const char of text) {
    chars.push(map(char));
  }
  return chars.join('');
}

function upperOf(char: string): string {
  const upper = char.toUpperCase();
  if (upper.length === char.length) {
    return upper;
  }
  const code = char.codePointAt(0) ?? 0;
  const range = IOTA_RANGES.find(([first, last]) => code >= first && code <= last);
  return range === undefined ? char : String.fromCodePoint(code + range[2]);
}

function lowerOf(char: string): string {
  const lower = char.toLowerCase();
  // Only the lowercase form of U+0130 (capital I with dot) has two code points. The first is Unicode's simple mapping.
  return lower.length === char.length ? lower : lower.charAt(0);
}
