import type { Budget } from '../evaluate/budget.js';
import { checkDepth } from '../values/depth.js';
import { isArray } from '../values/type-name.js';
import type { RegoArray, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeArray } from './costs.js';
import { ANY, ARRAY, declare } from './declare.js';

/** `walk`: every part of a value as `[path, part]`, starting with the value itself (OPA `topdown/walk.go`). */
export const WALK: readonly Builtin[] = [
  {
    ...declare('walk', [ANY], ARRAY, ([value = null], { budget }) => {
      const results: Value[] = [];
      visit(value, [], results, budget);
      return results;
    }),
    relation: true,
  },
];

function visit(value: Value, path: RegoArray, results: Value[], budget: Budget): void {
  checkDepth(path.length);
  chargeArray(budget, path.length + 3);
  results.push([path, value]);
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (isArray(value)) {
    for (const [index, item] of value.entries()) {
      visit(item, [...path, index], results, budget);
    }
  } else if (value.kind === 'object') {
    for (const [key, member] of value.entries()) {
      visit(member, [...path, key], results, budget);
    }
  } else if (value.kind === 'set') {
    for (const item of value.sorted()) {
      visit(item, [...path, item], results, budget);
    }
  }
}
