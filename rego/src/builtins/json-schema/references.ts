import { isObject } from '../operands.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { SchemaFault } from './schema-fault.js';

const ARRAY_INDEX = /^(?:0|[1-9]\d{0,8})$/;

/**
 * Resolves a `$ref`, which can be `#`, a JSON pointer `#/definitions/a` into the root schema, or the `$id` of a subschema. Never loads
 * remote schemas.
 */
export function resolveReference(reference: string, root: Value, subschemas: ReadonlyMap<string, Value>): Value {
  const hash = reference.indexOf('#');
  const document = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? '' : reference.slice(hash + 1);
  const named = subschemas.get(reference);
  if (named !== undefined) {
    return named;
  }
  const base = document === '' ? root : subschemas.get(document);
  if (base === undefined) {
    throw new SchemaFault(`remote reference loading disabled: ${reference}`);
  }
  return fragment === '' ? base : followPointer(base, fragment);
}

function followPointer(base: Value, fragment: string): Value {
  if (!fragment.startsWith('/')) {
    throw new SchemaFault(`Object has no key '${fragment}'`);
  }
  let current = base;
  for (const token of fragment.slice(1).split('/')) {
    const name = decodeFragment(token).replaceAll('~1', '/').replaceAll('~0', '~');
    const next = memberOf(current, name);
    if (next === undefined) {
      throw new SchemaFault(`Object has no key '${name}'`);
    }
    current = next;
  }
  return current;
}

function memberOf(value: Value, name: string): Value | undefined {
  if (isArray(value)) {
    return ARRAY_INDEX.test(name) ? value[Number(name)] : undefined;
  }
  return isObject(value) ? value.get(name) : undefined;
}

function decodeFragment(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
