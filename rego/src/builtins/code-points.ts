import type { Budget } from '../evaluate/budget.js';
import { chargeVisits } from '../values/depth.js';
import { endOfChunk } from '../values/text-chunks.js';

/* Positions and lengths of strings in OPA count code points, JavaScript's count UTF-16 units. */

const SURROGATE = /[\ud800-\udfff]/;

/** Loops over texts are paid for every 8,192 units. */
const UNIT_MASK = 0x1fff;
const VISITS_PER_CHARGE = 128;
const UNITS_PER_STEP = 64;

/** Returns whether each code point is one UTF-16 unit, so that positions are the same. */
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

/** Code points from one position in UTF-16 units to another; neither may cut a pair. */
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

/** The position in UTF-16 units after so many code points, or the end of the text. */
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

/** The text piece by piece, each paid for before it is given; no pair is cut in two. */
export function* chunksOf(text: string, budget: Budget): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = endOfChunk(text, start);
    budget.step(1 + Math.ceil((end - start) / UNITS_PER_STEP));
    yield end === text.length && start === 0 ? text : text.slice(start, end);
    start = end;
  }
}
