import type { Budget } from '../evaluate/budget.js';
import { add, multiply } from '../values/arithmetic.js';
import { compareValues, sortValues } from '../values/compare.js';
import type { RegoObject } from '../values/object.js';
import type { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { RegoNumber, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeArray, chargeNumbers, chargeReading, chargeSorting } from './costs.js';
import { ANY, ARRAY, ARRAY_OR_SET, BOOLEAN, NUMBER, SET_OR_ARRAY, declare } from './declare.js';
import { isNumber, itemsOf, operandElementError } from './operands.js';
import { countCodePoints } from './code-points.js';

/** Functions over all elements of a collection (OPA `topdown/aggregates.go`). */
export const AGGREGATES: readonly Builtin[] = [
  declare('count', [['array', 'object', 'set', 'string']], NUMBER, ([value], { budget }) => count(value, budget)),
  declare('sum', [SET_OR_ARRAY], NUMBER, ([items], { budget }) => accumulate(items, 0, add, budget)),
  declare('product', [SET_OR_ARRAY], NUMBER, ([items], { budget }) => accumulate(items, 1, multiply, budget)),
  declare('max', [SET_OR_ARRAY], ANY, ([items], { budget }) => extreme(items, 1, budget)),
  declare('min', [SET_OR_ARRAY], ANY, ([items], { budget }) => extreme(items, -1, budget)),
  declare('sort', [SET_OR_ARRAY], ARRAY, ([items], { budget }) => sort(items, budget)),
  declare('all', [ARRAY_OR_SET], BOOLEAN, ([items], { budget }) => {
    const values = charged(items, budget);
    return values.every((value) => value === true);
  }),
  declare('any', [ARRAY_OR_SET], BOOLEAN, ([items], { budget }) => charged(items, budget).includes(true)),
];

/** The cost of a comparison, in addition to one step for each element. */
const STEPS_PER_COMPARISON = 1 / 4;

function charged(items: Value | undefined, budget: Budget): readonly Value[] {
  const values = itemsOf(items);
  budget.step(values.length);
  return values;
}

/** Counts the characters of a string or the elements of a collection. */
function count(value: Value | undefined, budget: Budget): number {
  if (typeof value === 'string') {
    chargeReading(budget, value.length);
    return countCodePoints(value);
  }
  const collection = value as readonly Value[] | RegoObject | RegoSet;
  return isArray(collection) ? collection.length : collection.size;
}

function accumulate(
  items: Value | undefined,
  start: RegoNumber,
  combine: (a: RegoNumber, b: RegoNumber) => RegoNumber,
  budget: Budget,
): RegoNumber {
  let result = start;
  for (const item of itemsOf(items)) {
    budget.step();
    if (!isNumber(item)) {
      throw operandElementError(1, items as Value, item, 'number');
    }
    chargeNumbers(budget, result, item);
    result = combine(result, item);
  }
  return result;
}

/** Returns undefined for an empty collection. */
function extreme(items: Value | undefined, direction: 1 | -1, budget: Budget): Value | undefined {
  const values = charged(items, budget);
  let [best] = values;
  for (const value of values) {
    budget.step(STEPS_PER_COMPARISON);
    if (best !== undefined && compareValues(value, best) * direction > 0) {
      best = value;
    }
  }
  return best;
}

function sort(items: Value | undefined, budget: Budget): readonly Value[] {
  const values = itemsOf(items);
  chargeArray(budget, values.length);
  chargeSorting(budget, values.length);
  return isArray(items as Value) ? sortValues(values) : values;
}
