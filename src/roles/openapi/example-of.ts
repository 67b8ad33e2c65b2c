import { sampleNumber, sampleText } from './sample-texts';

/** The part of JSON Schema 2020-12 that the documents use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** The example in the OpenAPI 3.0 spelling. */
  readonly example?: unknown;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly minProperties?: number;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** The context in which an example is created. */
interface Place {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** True to show all members, as in a response, instead of the required members of a request and two others. */
  readonly isWhole: boolean;
  /** The name of the member; for members of an array, the name of the array. */
  readonly name: string;
  /** The references followed so far. A schema that contains itself ends at its second occurrence. */
  readonly within: readonly string[];
}

/** The number of optional members that a request example shows. */
const OPTIONAL_SHOWN = 2;

/** Returns an example of a schema: the author's example (`examples`, `default`), or a value of its type. */
export function exampleOf(schema: JsonSchema, place: Pick<Place, 'schemas' | 'isWhole'>): unknown {
  return valueOf(schema, { ...place, name: '', within: [] });
}

function valueOf(schema: JsonSchema, place: Place): unknown {
  const given = schema.examples?.[0] ?? schema.example;
  if (given !== undefined) return given;
  if (schema.$ref !== undefined) return referred(schema.$ref, place);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined && !isEmpty(schema.default)) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf && schema.type !== 'string')
    return Object.assign({}, ...schema.allOf.map((part) => valueOf(part, place))) as unknown;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return valueOf(options.find((option) => option.type !== 'null') ?? {}, place);
  return valueOfType(schema, place);
}

function valueOfType(schema: JsonSchema, place: Place): unknown {
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.find((one) => one !== 'null');
  if (type === 'object' || schema.properties) return objectOf(schema, place);
  if (type === 'array') return arrayOf(schema, place);
  if (type === 'integer' || type === 'number') return numberOf(schema, place);
  if (type === 'boolean') return true;
  if (type === 'string') return textOf(schema, place);
  return type === undefined ? {} : null;
}

function referred(ref: string, place: Place): unknown {
  const found = place.schemas[ref.slice(ref.lastIndexOf('/') + 1)];
  if (!found) throw new Error(`The schema ${ref} does not exist.`);
  return valueOf(found, { ...place, within: [...place.within, ref] });
}

function objectOf(schema: JsonSchema, place: Place): unknown {
  const { properties = {}, required = [], additionalProperties, minProperties = 0 } = schema;
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  const shown = new Set([...required, ...(place.isWhole ? optional : optional.slice(0, OPTIONAL_SHOWN))]);
  const members = Object.entries(properties).filter(
    ([name, member]) => shown.has(name) && (required.includes(name) || !returns(member, place)),
  );
  const known = members.map(([name, member]) => [name, valueOf(member, { ...place, name })]);
  if (known.length >= Math.max(minProperties, 1) || typeof additionalProperties !== 'object') {
    return Object.fromEntries(known) as unknown;
  }
  if (returns(additionalProperties, place)) return {};
  const key = String(valueOf(schema.propertyNames ?? { type: 'string' }, { ...place, name: '' }));
  return { [key]: valueOf(additionalProperties, { ...place, name: place.name }) };
}

function arrayOf({ items, prefixItems, minItems = 0 }: JsonSchema, place: Place): unknown {
  if (prefixItems) return prefixItems.map((item) => valueOf(item, place));
  if (!items || (minItems === 0 && returns(items, place))) return [];
  return Array.from({ length: Math.max(minItems, 1) }, () => valueOf(items, place));
}

function numberOf({ minimum, exclusiveMinimum, maximum }: JsonSchema, place: Place): number {
  const least = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1);
  return Math.min(Math.max(least, sampleNumber(qualifiedName(place)) ?? 1), maximum ?? Infinity);
}

function textOf(schema: JsonSchema, place: Place): string {
  const text = sampleText(qualifiedName(place), schema);
  if (text !== null) return text;
  const where = [...place.within, place.name].join(' › ');
  throw new Error(`No example for ${where} (${JSON.stringify(schema)}): add one with .meta({ examples: [ … ] }).`);
}

/** Returns `Project.id` for the member `id` of the innermost named schema, `Project`. */
function qualifiedName({ within, name }: Place): string {
  return `${within.at(-1)?.split('/').at(-1) ?? ''}.${name}`;
}

/** Returns whether a schema leads back to a schema that contains this place. */
function returns(schema: JsonSchema, { within }: Place): boolean {
  const text = JSON.stringify(schema);
  return within.some((ref) => text.includes(`"${ref}"`));
}

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
