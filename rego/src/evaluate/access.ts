import { ExactNumber } from '../values/number.js';
import { RegoObject } from '../values/object.js';
import { printValue } from '../values/print.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';

/**
 * Returns `value[key]`: an element of an array by its index, a member of an object by its key, which can be any value, or an element of a
 * set by its own value. Returns `undefined` if there is no such part, and for scalars. Strings cannot be indexed.
 */
export function lookup(value: Value | undefined, key: Value): Value | undefined {
  if (value instanceof RegoObject) {
    return value.get(key);
  }
  if (Array.isArray(value)) {
    return typeof key === 'number' ? (value as readonly Value[])[key] : undefined;
  }
  if (value instanceof RegoSet) {
    return value.has(key) ? key : undefined;
  }
  return undefined;
}

export function lookupPath(value: Value | undefined, path: readonly Value[], find = lookup): Value | undefined {
  let found = value;
  for (const key of path) {
    if (found === undefined) {
      return undefined;
    }
    found = find(found, key);
  }
  return found;
}

const ARRAY_INDEX = /^\d{1,15}$/;

/**
 * Performs a `lookup` in base data, which OPA reads from its store by a path of strings (`storage.NewPathForRef`): `data.xs[2]` finds the
 * member "2" of an object, and `data.xs["2"]` an element of an array.
 */
export function lookupBase(value: Value | undefined, key: Value): Value | undefined {
  if (value instanceof RegoObject && typeof key !== 'string') {
    const isScalar = typeof key !== 'object' || key === null || key instanceof ExactNumber;
    return isScalar ? value.get(printValue(key)) : undefined;
  }
  if (typeof key === 'string' && Array.isArray(value) && ARRAY_INDEX.test(key)) {
    return (value as readonly Value[])[Number(key)];
  }
  return lookup(value, key);
}
