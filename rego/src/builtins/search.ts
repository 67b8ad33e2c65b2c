import type { Budget } from '../evaluate/budget.js';

/** Below this product of lengths, V8's own search takes at most about a millisecond. Its worst case is the product of the lengths. */
const HARMLESS_PRODUCT = 2_000_000;

const BYTES_PER_BORDER = 4;
/** A search that does not use V8's own search charges the budget every 8,192 units. */
const UNIT_MASK = 0x1fff;
const STEPS_PER_CHARGE = 128;

/** Returns the position of the next occurrence at or after `from`, or -1. */
export type Finder = (text: string, from: number) => number;

/**
 * Returns a finder for a pattern in text of up to `textLength` UTF-16 units. Its time grows with the sum of both lengths instead of their
 * product, even for input that a tenant chooses. It uses the Knuth-Morris-Pratt algorithm, or V8's search where the product is small.
 */
export function createFinder(pattern: string, textLength: number, budget: Budget): Finder {
  if (pattern.length > textLength) {
    return () => -1;
  }
  if (pattern.length <= 1 || pattern.length * textLength <= HARMLESS_PRODUCT) {
    return (text, from) => text.indexOf(pattern, from);
  }
  budget.allocate(BYTES_PER_BORDER * pattern.length);
  const borders = borderTable(pattern, budget);
  return (text, from) => {
    let matched = 0;
    for (let i = from; i < text.length; i++) {
      if ((i & UNIT_MASK) === 0) {
        budget.step(STEPS_PER_CHARGE);
      }
      const unit = text.charCodeAt(i);
      while (matched > 0 && unit !== pattern.charCodeAt(matched)) {
        matched = borders[matched - 1] ?? 0;
      }
      if (unit === pattern.charCodeAt(matched) && ++matched === pattern.length) {
        return i + 1 - pattern.length;
      }
    }
    return -1;
  };
}

/** Returns the length of the longest proper border of each prefix. */
function borderTable(pattern: string, budget: Budget): Int32Array {
  const borders = new Int32Array(pattern.length);
  let border = 0;
  for (let i = 1; i < pattern.length; i++) {
    if ((i & UNIT_MASK) === 0) {
      budget.step(STEPS_PER_CHARGE);
    }
    while (border > 0 && pattern.charCodeAt(i) !== pattern.charCodeAt(border)) {
      border = borders[border - 1] ?? 0;
    }
    if (pattern.charCodeAt(i) === pattern.charCodeAt(border)) {
      border++;
    }
    borders[i] = border;
  }
  return borders;
}

/** Yields all non-overlapping occurrences from left to right. The pattern must not be empty. */
export function* occurrences(text: string, pattern: string, budget: Budget): Generator<number> {
  const find = createFinder(pattern, text.length, budget);
  for (let at = find(text, 0); at !== -1; at = find(text, at + pattern.length)) {
    budget.step();
    yield at;
  }
}
