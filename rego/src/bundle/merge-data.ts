import { ExactNumber } from '../values/number.js';

/**
 * A JSON object. Read members only with `Object.entries` and set them only with {@link setMember}: `__proto__` is a name like any other.
 */
export type JsonObject = Record<string, unknown>;

/** Returns whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** Sets a member as data, even where a plain assignment would change a prototype. */
export function setMember(target: JsonObject, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

/**
 * Puts a value at a path in a document. Merges objects member by member, as OPA merges the data files of a bundle. Changes the document,
 * including objects that were added to it earlier.
 * @returns the first path at which two values cannot be merged; `null` if there is none.
 */
export function mergeAt(document: JsonObject, path: readonly string[], value: unknown): readonly string[] | null {
  let target = document;
  for (const [index, name] of path.entries()) {
    if (index === path.length - 1) return mergeMember(target, name, value, path);
    const member = Object.hasOwn(target, name) ? target[name] : undefined;
    if (member !== undefined && !isJsonObject(member)) return path.slice(0, index + 1);
    const next: JsonObject = member ?? {};
    if (member === undefined) setMember(target, name, next);
    target = next;
  }
  return isJsonObject(value) ? mergeMembers(target, value, []) : [];
}

function mergeMembers(target: JsonObject, source: JsonObject, path: readonly string[]): readonly string[] | null {
  for (const [name, value] of Object.entries(source)) {
    const conflict = mergeMember(target, name, value, [...path, name]);
    if (conflict) return conflict;
  }
  return null;
}

function mergeMember(
  target: JsonObject,
  name: string,
  value: unknown,
  path: readonly string[],
): readonly string[] | null {
  const known = Object.hasOwn(target, name) ? target[name] : undefined;
  if (known === undefined) {
    setMember(target, name, value);
    return null;
  }
  return isJsonObject(known) && isJsonObject(value) ? mergeMembers(known, value, path) : path;
}
