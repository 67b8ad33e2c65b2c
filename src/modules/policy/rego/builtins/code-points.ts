/* Positions and lengths of strings in OPA count code points, JavaScript's count UTF-16 units. */

const SURROGATE = /[\ud800-\udfff]/;

/** Whether each code point is one UTF-16 unit, so that positions are the same. */
export function isPlain(text: string): boolean {
  return !SURROGATE.test(text);
}

export function countCodePoints(text: string): number {
  if (isPlain(text)) {
    return text.length;
  }
  return codePointsBetween(text, 0, text.length);
}

/** Code points from one position in UTF-16 units to another. */
export function codePointsBetween(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (isPair) {
      i++;
    }
    count++;
  }
  return count;
}
