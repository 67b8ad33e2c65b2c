/** A set of code points: disjoint ranges in ascending order, both ends included. */
export type CodePoints = readonly (readonly [from: number, to: number])[];

const LAST = 0x10ffff;

/** All code points, including lone surrogates. */
export const ANY: CodePoints = [[0, LAST]];
export const DIGITS: CodePoints = [[0x30, 0x39]];
export const WORD: CodePoints = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** RE2's `\s`, which includes fewer characters than JavaScript's. */
export const SPACE: CodePoints = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];

/** Sorts ranges and merges those that touch. */
export function unionOf(ranges: CodePoints): CodePoints {
  const joined: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) {
      last[1] = Math.max(last[1], to);
    } else {
      joined.push([from, to]);
    }
  }
  return joined;
}

/** Returns the code points outside a set. */
export function complementOf(set: CodePoints): CodePoints {
  const others: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) {
      others.push([next, from - 1]);
    }
    next = to + 1;
  }
  return next <= LAST ? [...others, [next, LAST]] : others;
}

/** Returns whether the sets are disjoint. */
export function areApart(a: CodePoints, b: CodePoints): boolean {
  let [i, j] = [0, 0];
  for (;;) {
    const [one, other] = [a[i], b[j]];
    if (one === undefined || other === undefined) {
      return true;
    }
    if (one[0] <= other[1] && other[0] <= one[1]) {
      return false;
    }
    if (one[1] < other[0]) {
      i++;
    } else {
      j++;
    }
  }
}
