import type { Budget } from '../evaluate/budget.js';
import { equalValues } from '../values/compare.js';
import { checkDepth } from '../values/depth.js';
import { ObjectBuilder, RegoObject } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { RegoArray, TypeName, Value } from '../values/value.js';
import { BuiltinError } from '../errors.js';
import type { Builtin } from './builtin.js';
import { chargeArray, chargeObject, chargeSet } from './costs.js';
import { ANY, ARRAY, BOOLEAN, OBJECT, SET, declare } from './declare.js';
import { isObject, isSet, operandElementError } from './operands.js';

const KEYS: readonly TypeName[] = ['object', 'set', 'array'];

/** `object.*` (OPA `topdown/object.go`, `subset.go`). */
export const OBJECTS: readonly Builtin[] = [
  declare('object.get', [OBJECT, ANY, ANY], ANY, ([object, key = null, fallback], { budget }) => {
    const found = isArray(key) ? follow(object as RegoObject, key, budget) : (object as RegoObject).get(key);
    return found === undefined ? fallback : found;
  }),
  declare('object.keys', [OBJECT], SET, ([object], { budget }) => {
    chargeSet(budget, (object as RegoObject).size);
    return RegoSet.of((object as RegoObject).keys());
  }),
  declare('object.remove', [OBJECT, KEYS], OBJECT, ([object, keys], { budget }) =>
    select(object as RegoObject, keys, false, budget),
  ),
  declare('object.filter', [OBJECT, KEYS], OBJECT, ([object, keys], { budget }) =>
    select(object as RegoObject, keys, true, budget),
  ),
  declare('object.union', [OBJECT, OBJECT], OBJECT, ([a, b], { budget }) =>
    unite(a as RegoObject, b as RegoObject, budget),
  ),
  declare('object.union_n', [ARRAY], OBJECT, ([objects], { budget }) => uniteAll(objects as RegoArray, budget)),
  declare('object.subset', [ANY, ANY], BOOLEAN, ([all = null, part = null], { budget }) => isSubset(all, part, budget)),
];

/** Returns the value at a path of keys. In arrays, the keys are indexes; in sets, they are elements. */
function follow(object: RegoObject, path: RegoArray, budget: Budget): Value | undefined {
  let value: Value | undefined = object;
  for (const key of path) {
    budget.step();
    value = memberOf(value, key);
    if (value === undefined) {
      return undefined;
    }
  }
  return value;
}

/** Returns `value[key]`, with the semantics of a reference. */
function memberOf(value: Value, key: Value): Value | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (isArray(value)) {
    return typeof key === 'number' ? value[key] : undefined;
  }
  if (value.kind === 'object') {
    return value.get(key);
  }
  return value.kind === 'set' && value.has(key) ? key : undefined;
}

function select(object: RegoObject, keys: Value | undefined, keep: boolean, budget: Budget): RegoObject {
  const listed = isArray(keys as Value) ? RegoSet.of(keys as RegoArray) : (keys as RegoObject | RegoSet);
  chargeSet(budget, listed.size);
  chargeObject(budget, object.size);
  const builder = new ObjectBuilder();
  object.every((value, key) => {
    if (listed.has(key) === keep) {
      builder.set(key, value);
    }
    return true;
  });
  return builder.build();
}

/** Merges two objects. Members of `b` override those of `a`; objects on both sides are merged recursively. */
function unite(a: RegoObject, b: RegoObject, budget: Budget, depth = 0): RegoObject {
  checkDepth(depth);
  if (a.size === 0 || a === b) {
    return b;
  }
  if (b.size === 0) {
    return a;
  }
  chargeObject(budget, a.size + b.size);
  const builder = new ObjectBuilder();
  a.every((value, key) => {
    builder.set(key, value);
    return true;
  });
  overwrite(builder, b, budget, depth);
  return builder.build();
}

function overwrite(builder: ObjectBuilder, object: RegoObject, budget: Budget, depth: number): void {
  object.every((value, key) => {
    const existing = builder.get(key);
    builder.set(key, isObject(existing) && isObject(value) ? unite(existing, value, budget, depth + 1) : value);
    return true;
  });
}

function uniteAll(objects: RegoArray, budget: Budget): RegoObject {
  const builder = new ObjectBuilder();
  // OPA searches from the end and therefore reports the last element that is not an object.
  const wrong = objects.findLast((item) => !isObject(item));
  if (wrong !== undefined) {
    throw operandElementError(1, objects, wrong, 'object');
  }
  for (const object of objects as readonly RegoObject[]) {
    chargeObject(budget, object.size);
    overwrite(builder, object, budget, 0);
  }
  return builder.build();
}

function isSubset(all: Value, part: Value, budget: Budget): boolean {
  if (isObject(all) && isObject(part)) {
    return isObjectSubset(all, part, budget, 0);
  }
  const verdict = isCollectionSubset(all, part, budget);
  if (verdict !== undefined) {
    return verdict;
  }
  if (isArray(all) && isSet(part)) {
    budget.step(all.length);
    const seen = all.filter((item) => part.has(item));
    return RegoSet.of(seen).size === part.size;
  }
  throw new BuiltinError('eval_type_error', 'both arguments object.subset must be of the same type or array and set');
}

/** Compares two sets or two arrays; undefined for anything else. */
function isCollectionSubset(all: Value, part: Value, budget: Budget): boolean | undefined {
  if (isSet(all) && isSet(part)) {
    budget.step(part.size);
    return part.every((item) => all.has(item));
  }
  return isArray(all) && isArray(part) ? containsRun(all, part, budget) : undefined;
}

function isObjectSubset(all: RegoObject, part: RegoObject, budget: Budget, depth: number): boolean {
  checkDepth(depth);
  budget.step(part.size);
  return part.every((value, key) => {
    const other = all.get(key);
    if (other === undefined) {
      return false;
    }
    if (isObject(other) && isObject(value)) {
      return isObjectSubset(other, value, budget, depth + 1);
    }
    return isCollectionSubset(other, value, budget) ?? equalValues(other, value);
  });
}

/** Returns whether `all` contains the elements of `part` consecutively. */
function containsRun(all: RegoArray, part: RegoArray, budget: Budget): boolean {
  chargeArray(budget, 0);
  for (let start = 0; start + part.length <= all.length; start++) {
    budget.step();
    if (part.every((item, i) => (budget.step(), equalValues(item, all[start + i] as Value)))) {
      return true;
    }
  }
  return false;
}
