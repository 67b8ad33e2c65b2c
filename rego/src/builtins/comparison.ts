import type { Builtin } from './builtin.js';
import { compareValues, equalValues } from '../values/compare.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import { ANY, BOOLEAN, declare } from './declare.js';

/** Comparison in OPA's total order (`topdown/ineq.go`). */
export const COMPARISON: readonly Builtin[] = [
  compare('equal', equalValues),
  compare('neq', (a, b) => !equalValues(a, b)),
  compare('lt', (a, b) => compareValues(a, b) < 0),
  compare('lte', (a, b) => compareValues(a, b) <= 0),
  compare('gt', (a, b) => compareValues(a, b) > 0),
  compare('gte', (a, b) => compareValues(a, b) >= 0),
];

function compare(name: string, holds: (a: Value, b: Value) => boolean): Builtin {
  return declare(name, [ANY, ANY], BOOLEAN, ([a = null, b = null], { budget }) => {
    budget.step(Math.min(sizeOf(a), sizeOf(b)));
    return holds(a, b);
  });
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') {
    return Math.ceil(value.length / 64);
  }
  if (typeof value !== 'object' || value === null) {
    return 1;
  }
  return isArray(value) ? value.length : value.kind === 'number' ? 1 : value.size;
}
