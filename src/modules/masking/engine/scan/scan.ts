/** A part of a text: `[start, end)` in UTF-16 units. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** Text, with the result of one pass over it. */
export interface Scan {
  readonly text: string;
  /** The regions of the text that contain digits, with some text around them, in order and disjoint. */
  readonly digitRegions: readonly Region[];
}

/** The number of characters around a digit within which a value with that digit lies; no rule for text near digits matches further away. */
const ROOM = 64;
/** The maximum number of characters by which a region grows so that it ends between words. */
const LONGEST_REST = 64;

/** Scans text, reading each character only once. */
export function scan(text: string): Scan {
  return { text, digitRegions: digitRegions(text) };
}

function digitRegions(text: string): Region[] {
  const regions: Region[] = [];
  let first = -1;
  let last = -1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) continue;
    if (first === -1) first = index;
    else if (index - last > 2 * (ROOM + LONGEST_REST)) {
      regions.push(withRoom(text, first, last));
      first = index;
    }
    last = index;
  }
  if (first !== -1) regions.push(withRoom(text, first, last));
  return regions;
}

function withRoom(text: string, first: number, last: number): Region {
  let start = Math.max(0, first - ROOM);
  for (let steps = 0; steps < LONGEST_REST && start > 0 && !isBlank(text.charCodeAt(start - 1)); steps++) start--;
  let end = Math.min(text.length, last + 1 + ROOM);
  for (let steps = 0; steps < LONGEST_REST && end < text.length && !isBlank(text.charCodeAt(end)); steps++) end++;
  return { start, end };
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
