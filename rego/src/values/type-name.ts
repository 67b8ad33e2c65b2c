import type { RegoArray, TypeName, Value } from './value.js';

/** Returns the name of the type as it appears in `type_name` and OPA's messages. */
export function typeNameOf(value: Value): TypeName {
  if (typeof value === 'object') {
    return value === null ? 'null' : isArray(value) ? 'array' : value.kind;
  }
  return typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'boolean';
}

/** Works like `Array.isArray`, which TypeScript does not narrow to a read-only array. */
export function isArray(value: Value): value is RegoArray {
  return Array.isArray(value);
}
