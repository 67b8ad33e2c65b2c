import type { Term } from '../syntax/ast.js';
import { toSafeInteger, parseNumber } from '../values/number.js';
import { termKey } from './term-key.js';
import { ANY, type ArrayType, type Field, NUMBER, type ObjectType, type Type, unionType } from './types.js';

/** Returns whether some value can be of both types (OPA `unifies`). */
export function unifies(a: Type, b: Type): boolean {
  if (a.kind === 'any' || b.kind === 'any') {
    return true;
  }
  if (a.kind === 'union') {
    return a.members.some((member) => unifies(member, b));
  }
  if (b.kind === 'union') {
    return b.members.some((member) => unifies(a, member));
  }
  if (a.kind === 'array' && b.kind === 'array') {
    return unifyArrays(a, b) && unifyArrays(b, a) && unifyOptional(a.rest, b.rest);
  }
  if (a.kind === 'object' && b.kind === 'object') {
    return unifyObjects(a, b) && unifyObjects(b, a) && unifyOptional(a.rest?.value, b.rest?.value);
  }
  if (a.kind === 'set' && b.kind === 'set') {
    return unifies(a.element, b.element);
  }
  return a.kind === b.kind;
}

function unifyOptional(a: Type | undefined, b: Type | undefined): boolean {
  return a === undefined || b === undefined || unifies(a, b);
}

function unifyArrays(a: ArrayType, b: ArrayType): boolean {
  return a.items.every((item, position) => {
    const other = b.items[position] ?? b.rest;
    return other !== undefined && unifies(item, other);
  });
}

function unifyObjects(a: ObjectType, b: ObjectType): boolean {
  for (const [key, field] of a.fields) {
    const other = fieldOf(b, key, field.key);
    if (other === undefined || !unifies(field.value, other)) {
      return false;
    }
  }
  return true;
}

function fieldOf(type: ObjectType, key: string, keyType: Type): Type | undefined {
  const field = type.fields.get(key);
  if (field !== undefined) {
    return field.value;
  }
  return type.rest !== undefined && unifies(type.rest.key, keyType) ? type.rest.value : undefined;
}

/**
 * Returns the type of the keys by which a reference can access such a value; `undefined` for
 * scalars, which have no parts.
 */
export function keysOf(type: Type): Type | undefined {
  switch (type.kind) {
    case 'any':
      return ANY;
    case 'array':
      return NUMBER;
    case 'set':
      return type.element;
    case 'object':
      return unionType(partsOf(type).map(({ key }) => key));
    case 'union':
      return unionType(type.members.flatMap((member) => keysOf(member) ?? []));
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return undefined;
  }
}

/** Returns the type of a reference with an unknown key. */
export function valuesOf(type: Type): Type | undefined {
  switch (type.kind) {
    case 'any':
      return ANY;
    case 'array':
      return unionType(type.rest === undefined ? type.items : [...type.items, type.rest]);
    case 'set':
      return type.element;
    case 'object':
      return unionType(partsOf(type).map(({ value }) => value));
    case 'union':
      return unionType(type.members.flatMap((member) => valuesOf(member) ?? []));
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return undefined;
  }
}

function partsOf(type: ObjectType): readonly Field[] {
  return type.rest === undefined ? [...type.fields.values()] : [...type.fields.values(), type.rest];
}

/** Returns the type of a reference with a constant key; `undefined` if no such value has the key. */
export function selectKey(type: Type, key: Term, keyType: Type): Type | undefined {
  switch (type.kind) {
    case 'any':
      return ANY;
    case 'array':
      return selectIndex(type, key);
    case 'set':
      return unifies(type.element, keyType) ? keyType : undefined;
    case 'object':
      return fieldOf(type, termKey(key), keyType);
    case 'union':
      return unionType(type.members.flatMap((member) => selectKey(member, key, keyType) ?? []));
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return undefined;
  }
}

function selectIndex(type: ArrayType, key: Term): Type | undefined {
  const number = key.kind === 'number' ? parseNumber(key.text) : undefined;
  const index = number === undefined ? undefined : toSafeInteger(number);
  return index === undefined || index < 0 ? undefined : (type.items[index] ?? type.rest);
}
