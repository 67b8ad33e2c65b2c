import { hasTemplate, parseText } from './template';
import type { Fault } from './references';

/** A JSON Schema. Only faults that are certain are reported. */
export type Schema = boolean | Readonly<Record<string, unknown>>;

/** Returns the schema of the value at a path. */
type Sources = (path: readonly (string | number)[]) => Schema;

/**
 * Returns the schema of the value at a path below another schema; `true` when the schema is unknown, `null` when no such value can exist.
 */
export function schemaAt(schema: Schema, path: readonly (string | number)[]): Schema | null {
  let at: Schema = schema;
  for (const name of path) {
    if (typeof at === 'boolean') return at ? true : null;
    if (!isPlain(at)) return true;
    if (typeof name === 'number') {
      if (!mayBe(at, 'array')) return null;
      at = asSchema(at['items']);
      continue;
    }
    if (!mayBe(at, 'object')) return null;
    const properties = at['properties'];
    const found = isRecord(properties) && Object.hasOwn(properties, name) ? asSchema(properties[name]) : undefined;
    if (found === undefined && at['additionalProperties'] === false) return null;
    at = found ?? asSchema(at['additionalProperties']);
  }
  return at;
}

/**
 * Checks a value with templates against a schema, and returns the faults: missing or unknown members, and paths whose value has a different
 * type than required. Uncertain cases are not reported; they surface when the step runs.
 */
export function misfits(value: unknown, schema: Schema, pointer: string, sourceOf: Sources): readonly Fault[] {
  if (typeof schema === 'boolean' || !isPlain(schema)) return [];
  const given = typesOf(value, sourceOf);
  const wanted = typesIn(schema);
  if (given !== null && wanted !== null && !given.some((type) => wanted.some((one) => fits(type, one)))) {
    const message = `The value has the type ${given.join(' or ')}, but ${wanted.join(' or ')} is required.`;
    return [{ pointer, code: 'type', message }];
  }
  if (!isRecord(value)) return [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const missing = required
    .filter((name): name is string => typeof name === 'string' && !Object.hasOwn(value, name))
    .map((name) => ({ pointer, code: 'required', message: `The member "${name}" is missing.` }));
  const members = Object.entries(value).flatMap(([name, member]): readonly Fault[] => {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (Object.hasOwn(properties, name)) return misfits(member, asSchema(properties[name]), at, sourceOf);
    if (schema['additionalProperties'] !== false) return [];
    return [{ pointer: at, code: 'unknown_member', message: 'There is no such member.' }];
  });
  return [...missing, ...members];
}

/** Returns the types that a value can have; `null` when the types are uncertain. */
function typesOf(value: unknown, sourceOf: Sources): readonly string[] | null {
  if (typeof value === 'string' && hasTemplate(value)) {
    const parts = parseText(value);
    const [only] = parts;
    if (parts.length > 1 || typeof only === 'string' || only === undefined) return ['string'];
    return only.kind === 'path' ? typesIn(sourceOf(only.path)) : null;
  }
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return [Number.isInteger(value) ? 'integer' : 'number'];
  return [typeof value];
}

function typesIn(schema: Schema): readonly string[] | null {
  if (typeof schema === 'boolean' || !isPlain(schema)) return null;
  const { type } = schema;
  if (typeof type === 'string') return [type];
  return Array.isArray(type) && type.every((one) => typeof one === 'string') ? type : null;
}

function fits(given: string, wanted: string): boolean {
  return (
    given === wanted || (given === 'integer' && wanted === 'number') || (given === 'number' && wanted === 'integer')
  );
}

function mayBe(schema: Readonly<Record<string, unknown>>, type: string): boolean {
  return typesIn(schema)?.includes(type) ?? true;
}

/** Returns true for a schema without references or combinations. These are not followed. */
function isPlain(schema: Readonly<Record<string, unknown>>): boolean {
  return !['$ref', '$dynamicRef', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'patternProperties'].some(
    (word) => word in schema,
  );
}

function asSchema(value: unknown): Schema {
  return isRecord(value) || typeof value === 'boolean' ? value : true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
