import type { RegoNumber, Value } from '../../values/value.js';
import type { Pattern } from '../regex/pattern.js';

export type JsonType = 'array' | 'boolean' | 'integer' | 'number' | 'null' | 'object' | 'string';

/** The types in the order in which messages list them. */
export const JSON_TYPES: readonly JsonType[] = ['array', 'boolean', 'integer', 'number', 'null', 'object', 'string'];

/** A compiled schema or subschema. Members are set during compilation, since schemas can refer to themselves. */
export interface SchemaNode {
  /** The value of the `true` and `false` schemas (draft 6). */
  pass?: boolean;
  /** The target of `$ref`; keywords next to `$ref` are ignored. */
  ref?: SchemaNode;
  types: JsonType[];
  properties: (readonly [string, SchemaNode])[];
  required: string[];
  additionalProperties?: boolean | SchemaNode;
  patternProperties: (readonly [Pattern, SchemaNode])[];
  propertyNames?: SchemaNode;
  dependencies: ReadonlyMap<string, readonly string[] | SchemaNode>;
  /** One schema for all items, or one for each position. */
  items?: SchemaNode | readonly SchemaNode[];
  additionalItems?: boolean | SchemaNode;
  contains?: SchemaNode;
  uniqueItems: boolean;
  sizes: Partial<Record<SizeKeyword, number>>;
  bounds: Partial<Record<BoundKeyword, RegoNumber>>;
  pattern?: Pattern;
  format: string;
  constant?: Value;
  enumeration?: readonly Value[];
  oneOf: readonly SchemaNode[];
  anyOf: readonly SchemaNode[];
  allOf: readonly SchemaNode[];
  not?: SchemaNode;
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;
}

export type SizeKeyword = 'minLength' | 'maxLength' | 'minProperties' | 'maxProperties' | 'minItems' | 'maxItems';
export type BoundKeyword = 'multipleOf' | 'minimum' | 'exclusiveMinimum' | 'maximum' | 'exclusiveMaximum';

export function emptyNode(): SchemaNode {
  return {
    types: [],
    properties: [],
    required: [],
    patternProperties: [],
    dependencies: new Map(),
    uniqueItems: false,
    sizes: {},
    bounds: {},
    format: '',
    oneOf: [],
    anyOf: [],
    allOf: [],
  };
}
