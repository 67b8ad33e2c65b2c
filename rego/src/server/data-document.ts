import { ObjectBuilder, RegoObject } from '../values/object.js';
import { MAX_VALUE_DEPTH } from '../values/depth.js';
import { isArray } from '../values/type-name.js';
import type { Value } from '../values/value.js';
import { ApiError, invalidParameter } from './api-error.js';

export type WriteOperation = 'add' | 'remove' | 'replace';

/** A change to the `data` document. */
export interface Write {
  readonly op: WriteOperation;
  readonly path: readonly string[];
  /** For `add` and `replace`. */
  readonly value: Value;
}

const INDEX = /^\d{1,15}$/;

const notFound = (message: string): ApiError =>
  new ApiError(404, 'resource_not_found', `storage_not_found_error: ${message}`);
const missing = (): ApiError => notFound('document does not exist');
const invalidPatch = (message: string): ApiError => invalidParameter(`storage_invalid_patch_error: ${message}`);

/** Formats a path as in OPA's messages. */
const pathText = (path: readonly string[]): string => `/${path.map(encodeURIComponent).join('/')}`;

/** Returns the value at a path; `undefined` if there is none. */
export function readAt(data: Value, path: readonly string[]): Value | undefined {
  let value: Value | undefined = data;
  for (const name of path) {
    if (value instanceof RegoObject) value = value.get(name);
    else if (value !== undefined && isArray(value) && INDEX.test(name)) value = value[Number(name)];
    else return undefined;
  }
  return value;
}

/**
 * Returns the document after a change, as in OPA's store. The original document is not modified.
 * Errors: `ApiError` 404 for a path that does not exist, or 400 for a root that is not an object.
 */
export function writeTo(data: RegoObject, { op, path, value }: Write): RegoObject {
  assertDepth(path.length + depthOf(value));
  if (path.length === 0) {
    if (op === 'remove') throw invalidPatch('root cannot be removed');
    if (!(value instanceof RegoObject)) throw invalidPatch('root must be object');
    return value;
  }
  const changed = changeAt(data, { op, path, value }, 0);
  if (!(changed instanceof RegoObject)) throw invalidPatch('root must be object');
  return changed;
}

/** Rejects a document that is too deep for evaluation. Errors: `ApiError` 400. */
function assertDepth(levels: number): void {
  if (levels > MAX_VALUE_DEPTH) {
    throw invalidParameter(`the document would nest more than ${MAX_VALUE_DEPTH} levels deep`);
  }
}

/** Returns the nesting depth of arrays and objects in a value. */
function depthOf(value: Value): number {
  let depth = 0;
  if (value instanceof RegoObject) {
    value.every((member) => {
      depth = Math.max(depth, depthOf(member));
      return true;
    });
    return depth + 1;
  }
  if (!isArray(value)) return 0;
  for (const item of value) depth = Math.max(depth, depthOf(item));
  return depth + 1;
}

function changeAt(node: Value, write: Write, depth: number): Value {
  const name = write.path[depth] ?? '';
  const isLast = depth === write.path.length - 1;
  if (node instanceof RegoObject) {
    const member = node.get(name);
    if (!isLast) {
      if (member === undefined) throw missing();
      return node.with(name, changeAt(member, write, depth + 1));
    }
    if (write.op !== 'add' && member === undefined) throw missing();
    return write.op === 'remove' ? without(node, name) : node.with(name, write.value);
  }
  if (!isArray(node)) throw missing();
  return isLast ? changeArray(node, write) : replaceElement(node, write, depth);
}

function replaceElement(node: readonly Value[], write: Write, depth: number): Value {
  const index = indexOf(node, write.path, depth);
  const items = [...node];
  items[index] = changeAt(items[index] ?? null, write, depth + 1);
  return items;
}

function changeArray(node: readonly Value[], { op, path, value }: Write): Value {
  const depth = path.length - 1;
  if (op === 'add' && path[depth] === '-') return [...node, value];
  const index = indexOf(node, path, depth);
  const items = [...node];
  if (op === 'remove') items.splice(index, 1);
  else if (op === 'replace') items[index] = value;
  else items.splice(index, 0, value);
  return items;
}

function indexOf(node: readonly Value[], path: readonly string[], depth: number): number {
  const name = path[depth] ?? '';
  const place = pathText(path.slice(0, depth + 1));
  if (!INDEX.test(name)) throw notFound(`${place}: array index must be integer`);
  const index = Number(name);
  if (index >= node.length) throw notFound(`${place}: array index out of range`);
  return index;
}

function without(object: RegoObject, name: string): RegoObject {
  return RegoObject.of(object.entries().filter(([key]) => key !== name));
}

/** Returns the document with objects created along a path. Errors: 404 `resource_conflict` if the path contains a different value. */
export function makeWay(data: RegoObject, path: readonly string[]): RegoObject {
  assertDepth(path.length + 1);
  let length = path.length;
  while (readAt(data, path.slice(0, length)) === undefined) length--;
  const deepest = path.slice(0, length);
  if (!(readAt(data, deepest) instanceof RegoObject)) throw conflict(deepest);
  if (length === path.length) return data;
  const value = path
    .slice(length + 1)
    .reduceRight<Value>((inner, name) => RegoObject.of([[name, inner]]), RegoObject.EMPTY);
  return writeTo(data, { op: 'add', path: path.slice(0, length + 1), value });
}

const conflict = (path: readonly string[]): ApiError =>
  new ApiError(404, 'resource_conflict', `storage_write_conflict_error: ${pathText(path)}`);

/** Returns the document without the value at a path. If there is no such value, returns the document unchanged. */
export function removeFrom(data: RegoObject, path: readonly string[]): RegoObject {
  if (path.length === 0) return RegoObject.EMPTY;
  return readAt(data, path) === undefined ? data : writeTo(data, { op: 'remove', path, value: null });
}

/**
 * Merges two documents, recursively for objects. If both define a path and the values are not both objects, the second value applies.
 * @param onConflict called for each such path.
 */
export function mergeDocuments(first: RegoObject, second: RegoObject, onConflict?: () => void): RegoObject {
  if (first.size === 0) return second;
  if (second.size === 0) return first;
  const merged = new ObjectBuilder();
  for (const [name, value] of first.entries()) merged.set(name, value);
  for (const [name, value] of second.entries()) {
    const known = first.get(name);
    const both = known instanceof RegoObject && value instanceof RegoObject;
    if (known !== undefined && !both) onConflict?.();
    merged.set(name, both ? mergeDocuments(known, value, onConflict) : value);
  }
  return merged.build();
}
