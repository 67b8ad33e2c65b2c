import { compareNumbers, toSafeInteger } from '../../values/number.js';
import type { RegoObject } from '../../values/object.js';
import { isArray } from '../../values/type-name.js';
import type { RegoArray, RegoNumber, Value } from '../../values/value.js';
import { isNumber } from '../operands.js';
import { invalidType, SchemaFault } from './schema-fault.js';
import { JSON_TYPES, type BoundKeyword, type JsonType, type SchemaNode, type SizeKeyword } from './schema-node.js';

/** In draft 4, `exclusiveMinimum` is a boolean; in later drafts, a number. A schema that does not name a draft can use both forms. */
export type Draft = 4 | 6 | 7 | 'hybrid';

export function readString(schema: RegoObject, key: string): string | undefined {
  const value = schema.get(key);
  if (value !== undefined && typeof value !== 'string') {
    throw invalidType('string', key);
  }
  return value;
}

export function readArray(schema: RegoObject, key: string): RegoArray {
  const value = schema.get(key);
  if (value === undefined) {
    return [];
  }
  if (!isArray(value)) {
    throw new SchemaFault(`${key} must be of an array`);
  }
  return value;
}

export function readTypes(value: Value | undefined): JsonType[] {
  if (value === undefined) {
    return [];
  }
  const names = isArray(value) ? value : [value];
  const types: JsonType[] = [];
  for (const name of names) {
    if (typeof name !== 'string') {
      throw invalidType('string/array of strings', 'type');
    }
    const type = JSON_TYPES.find((known) => known === name);
    if (type === undefined) {
      throw new SchemaFault(
        `has a primitive type that is NOT VALID -- given: /${name}/ Expected valid values are:[${JSON_TYPES.join(' ')}]`,
      );
    }
    if (types.includes(type)) {
      throw new SchemaFault(`${type} type is duplicated`);
    }
    types.push(type);
  }
  return types;
}

export function readRequired(schema: RegoObject): string[] {
  const names = new Set<string>();
  for (const name of readArray(schema, 'required')) {
    if (typeof name !== 'string') {
      throw invalidType('string', 'required');
    }
    if (names.has(name)) {
      throw new SchemaFault('required items must be unique');
    }
    names.add(name);
  }
  return [...names];
}

const SIZE_PAIRS: readonly (readonly [SizeKeyword, SizeKeyword])[] = [
  ['minLength', 'maxLength'],
  ['minProperties', 'maxProperties'],
  ['minItems', 'maxItems'],
];

export function readSizes(schema: RegoObject): SchemaNode['sizes'] {
  const sizes: SchemaNode['sizes'] = {};
  for (const [least, most] of SIZE_PAIRS) {
    const [low, high] = [readSize(schema, least), readSize(schema, most)];
    if (low !== undefined) {
      sizes[least] = low;
    }
    if (high !== undefined) {
      sizes[most] = high;
    }
    if (low !== undefined && high !== undefined && low > high && least !== 'minItems') {
      throw new SchemaFault(`${least} cannot be greater than ${most}`);
    }
  }
  return sizes;
}

function readSize(schema: RegoObject, key: SizeKeyword): number | undefined {
  const value = schema.get(key);
  if (value === undefined) {
    return undefined;
  }
  const size = isNumber(value) ? toSafeInteger(value) : undefined;
  if (size === undefined) {
    throw new SchemaFault(`${key} must be of an integer`);
  }
  if (size < 0) {
    throw new SchemaFault(`${key} must be greater than or equal to 0`);
  }
  return size;
}

export function readBounds(schema: RegoObject, draft: Draft): SchemaNode['bounds'] {
  const bounds: SchemaNode['bounds'] = {};
  const multipleOf = schema.get('multipleOf');
  if (multipleOf !== undefined) {
    if (!isNumber(multipleOf)) {
      throw invalidType('number', 'multipleOf');
    }
    if (compareNumbers(multipleOf, 0) <= 0) {
      throw new SchemaFault('multipleOf must be strictly greater than 0');
    }
    bounds.multipleOf = multipleOf;
  }
  readBound(schema, draft, bounds, 'minimum', 'exclusiveMinimum');
  readBound(schema, draft, bounds, 'maximum', 'exclusiveMaximum');
  return bounds;
}

function readBound(
  schema: RegoObject,
  draft: Draft,
  bounds: Partial<Record<BoundKeyword, RegoNumber>>,
  key: 'minimum' | 'maximum',
  exclusiveKey: 'exclusiveMinimum' | 'exclusiveMaximum',
): void {
  const bound = schema.get(key);
  if (bound !== undefined) {
    if (!isNumber(bound)) {
      throw new SchemaFault(`${key} must be of a number`);
    }
    bounds[key] = bound;
  }
  const exclusive = schema.get(exclusiveKey);
  if (exclusive === undefined) {
    return;
  }
  if (typeof exclusive === 'boolean' && (draft === 4 || draft === 'hybrid')) {
    if (bounds[key] === undefined) {
      throw new SchemaFault(`${exclusiveKey} cannot be used without ${key}`);
    }
    if (exclusive) {
      bounds[exclusiveKey] = bounds[key];
      delete bounds[key];
    }
    return;
  }
  if (!isNumber(exclusive) || draft === 4) {
    const expected = draft === 4 ? 'boolean' : draft === 'hybrid' ? 'boolean/number' : 'number';
    throw invalidType(expected, exclusiveKey);
  }
  bounds[exclusiveKey] = exclusive;
}
