import { chargeVisits, checkDepth } from './depth.js';
import { compareNumbers, equalNumbers } from './number.js';
import { isArray } from './type-name.js';
import type { RegoArray, RegoObject, RegoSet, Value } from './value.js';

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Comparing scalars is about sixteen times faster than visiting a composite value. */
const PARTS_PER_VISIT_BITS = 4;

/** Comparing strings of this length costs as much as visiting a composite value. */
const LONG_TEXT = 4_096;
/** Comparing two long strings unit by unit takes about 10 µs. */
const VISITS_PER_LONG_TEXT = 16;
/** A comparison during sorting takes about 20 to 200 ns. */
const VISITS_PER_COMPARISON = 0.25;

/**
 * Compares in OPA's total order (`ast.Compare`): null < booleans < numbers < strings < arrays < objects < sets. Returns a negative number,
 * zero or a positive number. Arrays are compared element by element, sets by their sorted elements, and objects by their sorted keys, each
 * with its value.
 */
export function compareValues(a: Value, b: Value, depth = 0): number {
  if (a === b) {
    return 0;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return compareStrings(a, b);
  }
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  const rankA = rankOf(a);
  const rankB = rankOf(b);
  return rankA === rankB ? compareSameType(a, b, depth) : rankA - rankB;
}

function rankOf(value: Value): number {
  if (typeof value === 'object') {
    return value === null ? 0 : isArray(value) ? 4 : value.kind === 'object' ? 5 : value.kind === 'set' ? 6 : 2;
  }
  return typeof value === 'boolean' ? 1 : typeof value === 'number' ? 2 : 3;
}

function compareSameType(a: Value, b: Value, depth: number): number {
  if (typeof a === 'boolean' || a === null || b === null) {
    return a === b ? 0 : a === false ? -1 : 1;
  }
  if (typeof a === 'number' || (typeof a === 'object' && !isArray(a) && a.kind === 'number')) {
    return compareNumbers(a, b as typeof a);
  }
  checkDepth(depth);
  if (isArray(a)) {
    return compareArrays(a, b as RegoArray, depth + 1);
  }
  return (a as RegoObject | RegoSet).kind === 'object'
    ? compareObjects(a as RegoObject, b as RegoObject, depth + 1)
    : compareArrays((a as RegoSet).sorted(), (b as RegoSet).sorted(), depth + 1);
}

function compareArrays(a: RegoArray, b: RegoArray, depth: number): number {
  const shared = Math.min(a.length, b.length);
  chargeVisits(shared >> PARTS_PER_VISIT_BITS);
  for (let i = 0; i < shared; i++) {
    const order = compareValues(a[i] as Value, b[i] as Value, depth);
    if (order !== 0) {
      return order;
    }
  }
  return a.length - b.length;
}

function compareObjects(a: RegoObject, b: RegoObject, depth: number): number {
  const entriesOfB = b.entries();
  for (const [i, [key, value]] of a.entries().entries()) {
    const other = entriesOfB[i];
    if (other === undefined) {
      return 1;
    }
    chargeVisits(VISITS_PER_COMPARISON);
    const order = compareValues(key, other[0], depth) || compareValues(value, other[1], depth);
    if (order !== 0) {
      return order;
    }
  }
  return a.size - b.size;
}

/** Compares by code points, which gives the order of UTF-8 bytes. JavaScript's `<` puts U+FF5E after an emoji. */
export function compareStrings(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let start = 0; start < shared; start += LONG_TEXT) {
    if (start > 0) {
      chargeVisits(VISITS_PER_LONG_TEXT);
    }
    const end = Math.min(start + LONG_TEXT, shared);
    for (let i = start; i < end; i++) {
      const unitA = a.charCodeAt(i);
      const unitB = b.charCodeAt(i);
      if (unitA !== unitB) {
        return unitA >= FIRST_SURROGATE && unitB >= FIRST_SURROGATE ? raised(unitA) - raised(unitB) : unitA - unitB;
      }
    }
  }
  return a.length - b.length;
}

/** Ranks surrogates, which start code points beyond U+FFFF, above all other units. */
function raised(unit: number): number {
  return unit < AFTER_SURROGATES ? unit + 0x10000 : unit;
}

/** Returns whether two values are equal, as `1`, `1.0` and `1e0` are. */
export function equalValues(a: Value, b: Value, depth = 0): boolean {
  if (typeof a === 'string' && a.length > LONG_TEXT) {
    chargeVisits(a.length / LONG_TEXT);
  }
  if (a === b) {
    return true;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return false;
  }
  checkDepth(depth);
  if (isArray(a)) {
    return isArray(b) && equalArrays(a, b, depth + 1);
  }
  if (isArray(b) || a.kind !== b.kind) {
    return false;
  }
  switch (a.kind) {
    case 'number':
      return equalNumbers(a, b as typeof a);
    case 'object':
      return a.equals(b as RegoObject, depth + 1);
    case 'set':
      return a.equals(b as RegoSet, depth + 1);
  }
}

function equalArrays(a: RegoArray, b: RegoArray, depth: number): boolean {
  if (a.length !== b.length) {
    return false;
  }
  chargeVisits(a.length >> PARTS_PER_VISIT_BITS);
  for (let i = 0; i < a.length; i++) {
    if (!equalValues(a[i] as Value, b[i] as Value, depth)) {
      return false;
    }
  }
  return true;
}

/** Returns the values in OPA's order, in a new array. */
export function sortValues(values: Iterable<Value>): Value[] {
  const sorted = [...values];
  chargeVisits(sorted.length);
  return sorted.length < 2 ? sorted : sorted.sort(compareCharged);
}

/** Like `compareValues`, for sorting many values: charges for each comparison. */
export function compareCharged(a: Value, b: Value): number {
  chargeVisits(VISITS_PER_COMPARISON);
  return compareValues(a, b);
}

/** Like `compareStrings`, for sorting many strings: charges for each comparison. */
export function compareNames(a: string, b: string): number {
  chargeVisits(VISITS_PER_COMPARISON);
  return compareStrings(a, b);
}
