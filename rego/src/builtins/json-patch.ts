import type { Budget } from '../evaluate/budget.js';
import { equalValues } from '../values/compare.js';
import { checkDepth } from '../values/depth.js';
import { ObjectBuilder } from '../values/object.js';
import { RegoSet } from '../values/set.js';
import { isArray } from '../values/type-name.js';
import type { RegoArray, Value } from '../values/value.js';
import { chargeArray, chargeObject, chargeSet } from './costs.js';
import { parsePath } from './json-path.js';
import { isObject } from './operands.js';

/** Thrown for an operation that cannot be applied. In that case, `json.patch` is undefined, without an error (OPA `builtinJSONPatch`). */
class PatchFailure extends Error {}

/**
 * Applies RFC 6902 patches to Rego values. Sets can be patched too; their elements are their keys. Returns undefined if an operation is
 * malformed, its location does not exist, or a test fails.
 */
export function applyPatches(target: Value, operations: RegoArray, budget: Budget): Value | undefined {
  try {
    let document: Value | undefined = target;
    for (const operation of operations) {
      budget.step();
      document = applyPatch(document, operation, budget);
    }
    return document;
  } catch (error) {
    if (error instanceof PatchFailure) {
      return undefined;
    }
    throw error;
  }
}

function applyPatch(document: Value | undefined, operation: Value, budget: Budget): Value | undefined {
  const op = attribute(operation, 'op');
  const path = patchPath(attribute(operation, 'path'), budget);
  switch (typeof op === 'string' ? op : '') {
    case 'add':
      return insertAt(document, path, attribute(operation, 'value'), budget);
    case 'remove':
      return deleteAt(document, path, budget);
    case 'replace': {
      const value = attribute(operation, 'value');
      return insertAt(deleteAt(document, path, budget), path, value, budget);
    }
    case 'move': {
      const from = patchPath(attribute(operation, 'from'), budget);
      const value = readAt(document, from);
      return insertAt(deleteAt(document, from, budget), path, value, budget);
    }
    case 'copy':
      return insertAt(document, path, readAt(document, patchPath(attribute(operation, 'from'), budget)), budget);
    case 'test': {
      const expected = attribute(operation, 'value');
      if (!equalValues(readAt(document, path), expected)) {
        throw new PatchFailure();
      }
      return document;
    }
    default:
      throw new PatchFailure();
  }
}

function attribute(operation: Value, name: string): Value {
  const value = isObject(operation) ? operation.get(name) : undefined;
  if (value === undefined) {
    throw new PatchFailure();
  }
  return value;
}

function patchPath(path: Value, budget: Budget): RegoArray {
  if (typeof path !== 'string' && !isArray(path)) {
    throw new PatchFailure();
  }
  return parsePath(path, budget);
}

function readAt(document: Value | undefined, path: RegoArray): Value {
  let value = document;
  for (const key of path) {
    value = childOf(value, key);
  }
  if (value === undefined) {
    throw new PatchFailure();
  }
  return value;
}

function childOf(value: Value | undefined, key: Value): Value | undefined {
  if (typeof value !== 'object' || value === null) {
    throw new PatchFailure();
  }
  if (isArray(value)) {
    return value[indexOf(key, value.length)];
  }
  if (value.kind === 'number') {
    throw new PatchFailure();
  }
  return value.kind === 'object' ? value.get(key) : value.has(key) ? key : undefined;
}

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/** `-` is the index after the last element. */
function indexOf(key: Value, length: number): number {
  if (key === '-') {
    return length;
  }
  const index = typeof key === 'string' && INDEX.test(key) ? Number(key) : key;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > length) {
    throw new PatchFailure();
  }
  return index;
}

type Edit = (parent: Value, key: Value) => Value;

function insertAt(document: Value | undefined, path: RegoArray, value: Value, budget: Budget): Value {
  return path.length === 0 ? value : editAt(document, path, 0, (parent, key) => insert(parent, key, value), budget);
}

/** Returns undefined if the path is empty, because that removes the document itself. */
function deleteAt(document: Value | undefined, path: RegoArray, budget: Budget): Value | undefined {
  if (path.length > 0) {
    return editAt(document, path, 0, erase, budget);
  }
  if (document === undefined) {
    throw new PatchFailure();
  }
  return undefined;
}

/** Copies the parents on the path and applies the edit to the last parent. */
function editAt(value: Value | undefined, path: RegoArray, at: number, edit: Edit, budget: Budget): Value {
  checkDepth(at);
  const key = path[at];
  if (value === undefined || key === undefined) {
    throw new PatchFailure();
  }
  chargeCopy(value, budget);
  if (at === path.length - 1) {
    return edit(value, key);
  }
  return replace(value, key, editAt(childOf(value, key), path, at + 1, edit, budget));
}

function chargeCopy(value: Value, budget: Budget): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  if (isArray(value)) {
    chargeArray(budget, value.length + 1);
  } else if (value.kind === 'object') {
    chargeObject(budget, value.size + 1);
  } else if (value.kind === 'set') {
    chargeSet(budget, value.size + 1);
  }
}

function insert(parent: Value, key: Value, value: Value): Value {
  if (isObject(parent)) {
    return parent.with(key, value);
  }
  if (isArray(parent)) {
    return parent.toSpliced(indexOf(key, parent.length), 0, value);
  }
  if (!equalValues(key, value)) {
    throw new PatchFailure();
  }
  return changeSet(parent, undefined, value);
}

function erase(parent: Value, key: Value): Value {
  if (childOf(parent, key) === undefined) {
    throw new PatchFailure();
  }
  if (isArray(parent)) {
    return parent.toSpliced(indexOf(key, parent.length), 1);
  }
  if (!isObject(parent)) {
    return changeSet(parent, key, undefined);
  }
  const builder = new ObjectBuilder();
  parent.every((member, name) => {
    if (!equalValues(name, key)) {
      builder.set(name, member);
    }
    return true;
  });
  return builder.build();
}

function replace(parent: Value, key: Value, value: Value): Value {
  if (isArray(parent)) {
    return parent.with(indexOf(key, parent.length), value);
  }
  return isObject(parent) ? parent.with(key, value) : changeSet(parent, key, value);
}

function changeSet(set: Value, without: Value | undefined, added: Value | undefined): Value {
  if (typeof set !== 'object' || set === null || isArray(set) || set.kind !== 'set') {
    throw new PatchFailure();
  }
  const items = set.sorted().filter((item) => without === undefined || !equalValues(item, without));
  return RegoSet.of(added === undefined ? items : [...items, added]);
}
