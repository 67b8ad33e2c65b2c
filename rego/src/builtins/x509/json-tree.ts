import { Buffer } from 'buffer';
import { fromBigInt } from '../../values/number.js';
import { RegoObject } from '../../values/object.js';
import type { Value } from '../../values/value.js';

/** The value that Go's `encoding/json` would write, before it becomes a Rego value. Big integers are numbers. */
export type Json = null | boolean | string | number | bigint | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Converts a Go `[]byte` to base64, or to `null` for nil. */
export const bytesJson = (bytes: Uint8Array | undefined): Json =>
  bytes === undefined ? null : Buffer.from(bytes).toString('base64');

/** Converts a Go slice. A slice that was never appended to is nil, which is `null` in JSON. */
export const sliceJson = <T>(items: readonly T[], item: (value: T) => Json): Json =>
  items.length === 0 ? null : items.map(item);

export const stringsJson = (strings: readonly string[]): Json => sliceJson(strings, (text) => text);

/** Converts the tree to a Rego value. The tree is only as deep as Go's types, so the recursion is shallow. */
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

/** Calls `Array.isArray`, with a return type that also narrows to a read-only array. */
function isList(json: readonly Json[] | JsonObject): json is readonly Json[] {
  return Array.isArray(json);
}
