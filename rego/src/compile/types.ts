import type { TypeName } from '../values/value.js';

/**
 * The type of a value, as far as it is known before the policy runs (OPA `types`). `text` is the type as OPA prints it, and is equal for
 * equal types. A type with more than `MAX_SIZE` parts becomes `any`: rules can refer to each other, so types could grow exponentially.
 */
export type Type = ScalarType | AnyType | UnionType | ArrayType | ObjectType | SetType;

interface Described {
  readonly size: number;
  readonly text: string;
}
export interface ScalarType extends Described {
  readonly kind: 'null' | 'boolean' | 'number' | 'string';
}
export interface AnyType extends Described {
  readonly kind: 'any';
}
/** One of several types, none of which is a union itself. */
export interface UnionType extends Described {
  readonly kind: 'union';
  readonly members: readonly Type[];
}
/** The types of the first elements, and of further elements in `rest`; without `rest`, there are no further elements. */
export interface ArrayType extends Described {
  readonly kind: 'array';
  readonly items: readonly Type[];
  readonly rest: Type | undefined;
}
export interface Field {
  readonly key: Type;
  readonly value: Type;
}
/** The types of known keys (by `termKey`), and of further keys and values in `rest`; without `rest`, there are no further keys. */
export interface ObjectType extends Described {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Field>;
  readonly rest: Field | undefined;
}
export interface SetType extends Described {
  readonly kind: 'set';
  readonly element: Type;
}

const MAX_SIZE = 200;
const MAX_MEMBERS = 20;

const scalar = (kind: ScalarType['kind']): ScalarType => ({ kind, size: 1, text: kind });

export const NULL = scalar('null');
export const BOOLEAN = scalar('boolean');
export const NUMBER = scalar('number');
export const STRING = scalar('string');
export const ANY: AnyType = { kind: 'any', size: 1, text: 'any' };

const ORDER: readonly Type['kind'][] = [
  'null',
  'boolean',
  'number',
  'string',
  'array',
  'object',
  'set',
  'any',
  'union',
];

function bounded<T extends Type>(type: T): T | AnyType {
  return type.size > MAX_SIZE ? ANY : type;
}

const sizeOf = (types: readonly Type[]): number => types.reduce((sum, { size }) => sum + size, 1);

export function arrayType(items: readonly Type[], rest: Type | undefined): Type {
  const size = sizeOf([...items, ...(rest === undefined ? [] : [rest])]);
  if (size > MAX_SIZE) {
    return ARRAY;
  }
  const fixed = items.length === 0 ? '' : `<${items.map(({ text }) => text).join(', ')}>`;
  return { kind: 'array', items, rest, size, text: `array${fixed}${rest === undefined ? '' : `[${rest.text}]`}` };
}

export function objectType(fields: ReadonlyMap<string, Field>, rest: Field | undefined): Type {
  const parts = [...fields.values(), ...(rest === undefined ? [] : [rest])];
  const size = sizeOf(parts.flatMap(({ key, value }) => [key, value]));
  if (size > MAX_SIZE) {
    return OBJECT;
  }
  const named = [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { value }]) => `${plainKey(key)}: ${value.text}`);
  const fixed = named.length === 0 ? '' : `<${named.join(', ')}>`;
  const further = rest === undefined ? '' : `[${rest.key.text}: ${rest.value.text}]`;
  return { kind: 'object', fields, rest, size, text: `object${fixed}${further}` };
}

function plainKey(key: string): string {
  return key.startsWith('"') ? String(JSON.parse(key)) : key;
}

export function setType(element: Type): Type {
  return bounded({ kind: 'set', element, size: element.size + 1, text: `set[${element.text}]` });
}

export const ARRAY: ArrayType = { kind: 'array', items: [], rest: ANY, size: 2, text: 'array[any]' };
export const OBJECT: ObjectType = {
  kind: 'object',
  fields: new Map(),
  rest: { key: ANY, value: ANY },
  size: 3,
  text: 'object[any: any]',
};
const SET: SetType = { kind: 'set', element: ANY, size: 2, text: 'set[any]' };

/** Returns the union of types; `undefined` if there are none. */
export function unionType(types: readonly Type[]): Type | undefined {
  const last = types[types.length - 1];
  if (types.every(({ text }) => text === last?.text)) {
    return last;
  }
  const members = new Map<string, Type>();
  for (const type of types) {
    for (const member of type.kind === 'union' ? type.members : [type]) {
      members.set(member.text, member);
    }
  }
  const list = [...members.values()].sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.text < b.text ? -1 : 1),
  );
  const [first] = list;
  if (first === undefined || list.length === 1) {
    return first;
  }
  if (members.has(ANY.text) || list.length > MAX_MEMBERS) {
    return ANY;
  }
  const text = `any<${list.map((member) => member.text).join(', ')}>`;
  return bounded({ kind: 'union', members: list, size: sizeOf(list), text });
}

const BY_NAME: Readonly<Record<TypeName, Type>> = {
  null: NULL,
  boolean: BOOLEAN,
  number: NUMBER,
  string: STRING,
  array: ARRAY,
  object: OBJECT,
  set: SET,
};

/** Returns the type that a built-in function declares. */
export function declaredType(names: readonly TypeName[] | 'any'): Type {
  return names === 'any' ? ANY : (unionType(names.map((name) => BY_NAME[name])) ?? ANY);
}
