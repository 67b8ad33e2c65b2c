import type { Budget } from '../evaluate/budget.js';
import { chargeVisits } from '../values/depth.js';
import { endOfChunk } from '../values/text-chunks.js';

/* OPA counts string positions and lengths in code points, whereas JavaScript counts them in UTF-16 units. */

const SURROGATE = /[\ud800-\udfff]/;

/** Loops over strings charge the budget every 8,192 units. */
const UNIT_MASK = 0x1fff;
const VISITS_PER_CHARGE = 128;
const UNITS_PER_STEP = 64;

/** Returns whether each code point is one UTF-16 unit, which makes positions in both units equal. */
export function isPlain(text: string): boolean {
  return !SURROGATE.test(text);
}

export function countCodePoints(text: string): number {
  let count = 0;
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start);
    const chunk = text.slice(start, end);
    chargeVisits(VISITS_PER_CHARGE);
    count += isPlain(chunk) ? chunk.length : codePointsBetween(chunk, 0, chunk.length);
    start = end;
  }
  return count;
}

/** Counts the code points between two positions in UTF-16 units. The positions must not split a surrogate pair. */
export function codePointsBetween(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    if ((i & UNIT_MASK) === 0) {
      chargeVisits(VISITS_PER_CHARGE);
    }
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      i++;
    }
    count++;
  }
  return count;
}

/** Returns the position in UTF-16 units after `codePoints` code points, or the end of the text. */
export function positionAfter(text: string, from: number, codePoints: number): number {
  let position = from;
  for (let left = codePoints; left > 0 && position < text.length; left--) {
    if ((left & UNIT_MASK) === 0) {
      chargeVisits(VISITS_PER_CHARGE);
    }
    const isPair =
      (text.charCodeAt(position) & 0xfc00) === 0xd800 && (text.charCodeAt(position + 1) & 0xfc00) === 0xdc00;
    position += isPair ? 2 : 1;
  }
  return position;
}

/** Yields the text in chunks and charges for each chunk before yielding it. Surrogate pairs stay together. */
export function* chunksOf(text: string, budget: Budget): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start);
    budget.step(1 + Math.ceil((end - start) / UNITS_PER_STEP));
    yield end === text.length && start === 0 ? text : text.slice(start, end);
    start = end;
  }
}
