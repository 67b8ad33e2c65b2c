import { isList, isObject, type Value } from './expression-functions';
import { type StepBudget, STEPS } from './step-budget';

/**
 * Returns true when two values are equal: they must have the same type, and the same elements in order or the same members in any order. It
 * stops at the first difference, and is not recursive, because values can be nested deeper than the stack allows. A missing value equals
 * `null`.
 */
export function isSame(left: Value, right: Value, budget: StepBudget): boolean {
  const lefts: Value[] = [left];
  const rights: Value[] = [right];
  while (lefts.length > 0) {
    budget.charge(STEPS.pair);
    const [a, b] = [lefts.pop() ?? null, rights.pop() ?? null];
    if (isList(a)) {
      if (!isList(b) || a.length !== b.length) return false;
      budget.charge(a.length);
      for (const element of a) lefts.push(element);
      for (const element of b) rights.push(element);
    } else if (isObject(a)) {
      if (!isObject(b)) return false;
      const names = Object.keys(a);
      budget.charge(STEPS.member * names.length);
      if (names.length !== Object.keys(b).length) return false;
      for (const name of names) {
        if (!Object.hasOwn(b, name)) return false;
        lefts.push(a[name]);
        rights.push(b[name]);
      }
    } else {
      if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) budget.chargeText(a);
      if (a !== b) return false;
    }
  }
  return true;
}
