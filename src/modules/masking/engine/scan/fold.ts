/**
 * Look-alike or invisible characters: full-width and mathematical forms, `@` as written in addresses on web pages, hyphens and dashes, and
 * zero-width characters.
 */
const FOLDABLE = /[\xad\u2010-\u2015\u200b-\u200d\u2060\u2212\ufe6b\ufeff\uff01-\uff5e]|\ud835[\udfce-\udfff]|%40/;
const EACH = new RegExp(FOLDABLE, 'g');
const WIDTHLESS = /[\xad\u200b-\u200d\u2060\ufeff]/;
const DASH = /[\u2010-\u2015\u2212]/;

/** Text as a person reads it, with a mapping back to the original. */
export interface Folded {
  readonly text: string;
  /** Maps `[start, end)` of the folded text to the original. */
  readonly toOriginal: (start: number, end: number) => { readonly start: number; readonly end: number };
}

/**
 * Returns the text with such characters in their usual form (the part of Unicode's NFKC that yields ASCII digits, letters and punctuation)
 * and without zero-width characters, or `null` if the text contains no such characters. Takes time and memory linear in the text.
 */
export function fold(text: string): Folded | null {
  if (!FOLDABLE.test(text)) return null;
  const parts: string[] = [];
  /** The positions in the folded text at which the offset to the original changes, with the new offset, in order. */
  const places: number[] = [];
  const shifts: number[] = [];
  let copied = 0;
  let length = 0;
  let shift = 0;
  EACH.lastIndex = 0;
  for (let match = EACH.exec(text); match !== null; match = EACH.exec(text)) {
    const usual = usualForm(match[0]);
    parts.push(text.slice(copied, match.index), usual);
    length += match.index - copied + usual.length;
    copied = EACH.lastIndex;
    if (usual.length === match[0].length) continue;
    shift += match[0].length - usual.length;
    places.push(length);
    shifts.push(shift);
  }
  parts.push(text.slice(copied));
  const ahead = (index: number): number => shifts[lastUpTo(places, index)] ?? 0;
  return {
    text: parts.join(''),
    // Maps the end from the last character, so that a following zero-width character is excluded.
    toOriginal: (start, end) => ({ start: start + ahead(start), end: endOf(text, end - 1 + ahead(end - 1)) }),
  };
}

function usualForm(characters: string): string {
  if (characters === '%40') return '@';
  if (WIDTHLESS.test(characters)) return '';
  return DASH.test(characters) ? '-' : characters.normalize('NFKC');
}

/** Returns the position in the original at which a character ends. */
function endOf(text: string, at: number): number {
  const match = FOLDABLE.exec(text.slice(at, at + 3));
  return match?.index === 0 ? at + match[0].length : at + 1;
}

/** Returns the index of the last sorted position that is not after `index`, or -1 if all positions are after it. */
function lastUpTo(places: readonly number[], index: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
