import { Buffer } from 'buffer';
import { fromBigInt } from '../../values/number.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';

/** The value that Go's `encoding/json` would write, before it becomes a Rego value. Big integers are numbers. */
export type Json = null | boolean | string | number | bigint | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A `[]byte` of Go: base64, and `null` when nil. */
export const bytesJson = (bytes: Uint8Array | undefined): Json =>
  bytes === undefined ? null : Buffer.from(bytes).toString('base64');

/** A slice of Go that was never appended to is nil, which JSON writes as `null`. */
export const sliceJson = <T>(items: readonly T[], item: (value: T) => Json): Json =>
  items.length === 0 ? null : items.map(item);

export const stringsJson = (strings: readonly string[]): Json => sliceJson(strings, (text) => text);

/** The tree as a Rego value. Its depth is what Go's types have, so the recursion is shallow. */
export function valueOf(json: Json): Value {
  if (typeof json === 'bigint') {
    return fromBigInt(json);
  }
  if (typeof json !== 'object' || json === null) {
    return json;
  }
  return isList(json)
    ? json.map(valueOf)
    : RegoObject.fromStrings(new Map(Object.entries(json).map(([name, member]) => [name, valueOf(member)])));
}

/** `Array.isArray`, which TypeScript does not narrow to a read-only array. */
function isList(json: readonly Json[] | JsonObject): json is readonly Json[] {
  return Array.isArray(json);
}
