import type { Budget } from '../evaluate/budget.js';
import { ARRAY_ITEM_BYTES, OBJECT_ENTRY_BYTES, SET_ITEM_BYTES, stringBytes } from '../values/byte-size.js';
import type { OnGrowth } from '../values/text-writer.js';
import type { RegoNumber } from '../values/value.js';

const CHARACTERS_PER_STEP = 64;
const JOINED_PER_MS = 500_000;
/** The cost of arithmetic with numbers that do not fit in a double. */
const STEPS_PER_EXACT = 8;
const DIGIT_PAIRS_PER_STEP = 200_000;
const DIGITS_PER_STEP = 50;
/** Collections of at least this size take so long that the remaining time is checked in advance. */
const LARGE = 10_000;
const MS_PER_ARRAY_ITEM = 0.000_02;
const MS_PER_HASHED_ITEM = 0.000_2;
const MS_PER_COMPARISON = 0.000_1;

/** Charges for reading a string of `length` UTF-16 units. Call it before reading. */
export function chargeReading(budget: Budget, length: number): void {
  budget.step(1 + Math.floor(length / CHARACTERS_PER_STEP));
}

/** Charges for creating a string of `length` UTF-16 units. Call it before creating the string. */
export function chargeText(budget: Budget, length: number): void {
  budget.step(1 + Math.floor(length / CHARACTERS_PER_STEP));
  budget.allocate(stringBytes(length));
}

/** Charges for a string built piece by piece. The final join cannot be interrupted, so its time is reserved. */
export function growth(budget: Budget): OnGrowth {
  let total = 0;
  return (length) => {
    total += length;
    chargeText(budget, length);
    reserveJoining(budget, total);
  };
}

/** Reserves time to join pieces into a string of `length` UTF-16 units. */
export function reserveJoining(budget: Budget, length: number): void {
  budget.reserve(length / JOINED_PER_MS);
}

/** Charges for creating an array of `length` elements. The caller charges for the elements themselves. */
export function chargeArray(budget: Budget, length: number): void {
  reserve(budget, length, MS_PER_ARRAY_ITEM);
  budget.step(length);
  budget.allocate(stringBytes(0) + ARRAY_ITEM_BYTES * length);
}

export function chargeSet(budget: Budget, size: number): void {
  reserve(budget, size, MS_PER_HASHED_ITEM);
  budget.step(size);
  budget.allocate(stringBytes(0) + SET_ITEM_BYTES * size);
}

export function chargeObject(budget: Budget, size: number): void {
  reserve(budget, size, MS_PER_HASHED_ITEM);
  budget.step(size);
  budget.allocate(stringBytes(0) + OBJECT_ENTRY_BYTES * size);
}

/** Charges for sorting `length` elements. */
export function chargeSorting(budget: Budget, length: number): void {
  const comparisons = Math.ceil(length * Math.log2(length + 1));
  reserve(budget, comparisons, MS_PER_COMPARISON);
  budget.step(comparisons);
}

function reserve(budget: Budget, count: number, msEach: number): void {
  if (count > LARGE) {
    budget.reserve(count * msEach);
  }
}

function digitsOf(value: RegoNumber): number {
  return typeof value === 'number' ? 0 : value.digits.length + Math.abs(value.exponent);
}

/** Charges for arithmetic with two numbers; free for numbers that fit in a double. */
export function chargeNumbers(budget: Budget, a: RegoNumber, b: RegoNumber = 0): void {
  const digitsA = digitsOf(a);
  const digitsB = digitsOf(b);
  if (digitsA + digitsB > 0) {
    const digits = digitsA + digitsB;
    budget.step(STEPS_PER_EXACT + Math.floor(digits / DIGITS_PER_STEP + (digitsA * digitsB) / DIGIT_PAIRS_PER_STEP));
    budget.allocate(2 * digits);
  }
}
