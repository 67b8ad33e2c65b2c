import { checkDepth } from './depth.js';
import { isArray } from './type-name.js';
import type { Value } from './value.js';

/** Rough sizes on V8's heap, for `Budget.allocate`. */
export const ARRAY_ITEM_BYTES = 8;
export const SET_ITEM_BYTES = 48;
export const OBJECT_ENTRY_BYTES = 64;
const HEADER_BYTES = 32;

/** Returns the size in bytes of a string with this many UTF-16 units. */
export function stringBytes(length: number): number {
  return HEADER_BYTES + 2 * length;
}

/** Estimates the memory of a value and all its parts. Visits every part. */
export function byteSizeOf(value: Value, depth = 0): number {
  if (typeof value === 'string') {
    return stringBytes(value.length);
  }
  if (typeof value !== 'object' || value === null) {
    return 8;
  }
  checkDepth(depth);
  let size = HEADER_BYTES;
  if (isArray(value)) {
    for (const item of value) {
      size += ARRAY_ITEM_BYTES + byteSizeOf(item, depth + 1);
    }
    return size;
  }
  switch (value.kind) {
    case 'number':
      return size + value.digits.length;
    case 'set':
      value.every((item) => {
        size += SET_ITEM_BYTES + byteSizeOf(item, depth + 1);
        return true;
      });
      return size;
    case 'object':
      value.every((member, key) => {
        size += OBJECT_ENTRY_BYTES + byteSizeOf(key, depth + 1) + byteSizeOf(member, depth + 1);
        return true;
      });
      return size;
  }
}
