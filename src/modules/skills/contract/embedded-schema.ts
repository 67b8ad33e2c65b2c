import type { JsonSchema } from './skill-definition.types';

/** Keywords whose members are schemas under names that the author chooses. */
const NAMED = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);
/** Keywords whose values are not schemas. */
const DATA = new Set(['const', 'default', 'enum', 'examples']);

/**
 * Returns a schema for embedding in another document. Its references are relative to its root, so a schema that contains references is
 * given an id. The id makes it a separate schema resource, within which the references resolve (JSON Schema 2020-12 §8.2.1).
 */
export function embeddedSchema(schema: JsonSchema, id: string): JsonSchema {
  if (typeof schema === 'boolean' || schema['$id'] !== undefined) return schema;
  return JSON.stringify(schema).includes('"$ref"') ? { $id: id, ...schema } : schema;
}

/** Returns a schema for embedding at a JSON Pointer in a schema without ids. References to its root are rewritten to the pointer. */
export function movedSchema(schema: JsonSchema, pointer: string): JsonSchema {
  return moved(schema, pointer) as JsonSchema;
}

/** Returns true when a schema contains one of these keywords at any depth. */
export function hasKeyword(schema: unknown, keywords: ReadonlySet<string>): boolean {
  if (Array.isArray(schema)) return schema.some((one) => hasKeyword(one, keywords));
  if (!isObject(schema)) return false;
  return Object.entries(schema).some(([name, member]) => {
    if (keywords.has(name)) return true;
    if (DATA.has(name)) return false;
    const isNamed = NAMED.has(name) && isObject(member);
    return isNamed ? Object.values(member).some((one) => hasKeyword(one, keywords)) : hasKeyword(member, keywords);
  });
}

/** Returns true when a schema accepts only objects, as the arguments and results of tools require. */
export function isOfObjects(
  schema: JsonSchema,
): schema is Readonly<Record<string, unknown>> & { readonly type: 'object' } {
  return typeof schema === 'object' && schema['type'] === 'object';
}

function moved(value: unknown, pointer: string): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, pointer));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === '$ref' && typeof member === 'string' && /^#(\/|$)/.test(member)) {
        return [name, `#${pointer}${member.slice(1)}`];
      }
      if (DATA.has(name)) return [name, member];
      if (NAMED.has(name) && isObject(member)) {
        return [name, Object.fromEntries(Object.entries(member).map(([key, one]) => [key, moved(one, pointer)]))];
      }
      return [name, moved(member, pointer)];
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
