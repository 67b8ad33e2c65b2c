import type { Budget } from '../../evaluate/budget.js';
import { ExactNumber } from '../../values/number.js';
import { stringifyJson } from '../../values/stringify-json.js';
import type { Value } from '../../values/value.js';
import { isObject, itemsOf } from '../operands.js';
import { fail, MAX_INPUT_LENGTH } from '../x509/fail.js';

const CHARACTERS_PER_ITEM = 4;

/**
 * Returns the JSON of a value, sorted and escaped as in Go. Checks the length before writing the text, and rejects it if it would be too
 * long: a value can contain the same part many times, so its text can be exponentially larger than the value.
 */
export function jsonText(value: Value | undefined, budget: Budget): string {
  let length = 0;
  const open: Value[] = [value ?? null];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    budget.step();
    const parts = partsOf(next);
    length += CHARACTERS_PER_ITEM + ownLength(next) + CHARACTERS_PER_ITEM * parts.length;
    if (length > MAX_INPUT_LENGTH) {
      return fail(`the JSON to sign is longer than ${MAX_INPUT_LENGTH} characters`);
    }
    open.push(...parts);
  }
  return stringifyJson(value ?? null);
}

function ownLength(value: Value): number {
  if (typeof value === 'string') {
    return value.length;
  }
  return value instanceof ExactNumber ? value.digits.length + Math.abs(value.exponent) : 0;
}

function partsOf(value: Value): readonly Value[] {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) {
    return [];
  }
  return isObject(value) ? value.entries().flat() : itemsOf(value);
}
