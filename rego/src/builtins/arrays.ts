import type { Budget } from '../evaluate/budget.js';
import { isArray } from '../values/type-name.js';
import type { RegoArray, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeArray } from './costs.js';
import { ARRAY, NUMBER, declare } from './declare.js';
import { integerOperand } from './operands.js';

/** `array.*` (OPA `topdown/array.go`). */
export const ARRAYS: readonly Builtin[] = [
  declare('array.concat', [ARRAY, ARRAY], ARRAY, ([a, b], { budget }) => {
    const [first, second] = [a as RegoArray, b as RegoArray];
    chargeArray(budget, first.length + second.length);
    return [...first, ...second];
  }),
  declare('array.slice', [ARRAY, NUMBER, NUMBER], ARRAY, ([array, start, stop], { budget }) =>
    slice(array as RegoArray, integerOperand(start, 2), integerOperand(stop, 3), budget),
  ),
  declare('array.reverse', [ARRAY], ARRAY, ([array], { budget }) => {
    chargeArray(budget, (array as RegoArray).length);
    return (array as RegoArray).toReversed();
  }),
  declare('array.flatten', [ARRAY], ARRAY, ([array], { budget }) => flatten(array as RegoArray, budget)),
];

/** Clamps indexes that are out of range. */
function slice(array: RegoArray, start: number, stop: number, budget: Budget): RegoArray {
  const end = Math.min(Math.max(stop, 0), array.length);
  const begin = Math.min(Math.max(start, 0), end);
  chargeArray(budget, end - begin);
  return array.slice(begin, end);
}

/** Flattens one level only. */
function flatten(array: RegoArray, budget: Budget): RegoArray {
  const flat: Value[] = [];
  for (const item of array) {
    const items = isArray(item) ? item : [item];
    chargeArray(budget, items.length);
    for (const inner of items) {
      flat.push(inner);
    }
  }
  return flat;
}
