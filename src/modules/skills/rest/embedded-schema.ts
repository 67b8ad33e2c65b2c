import type { JsonSchema } from '../contract/skill-definition.types';

/**
 * A schema as part of another document. References in it are to its own root, so that one with any gets an id: JSON Schema
 * 2020-12 §8.2.1 makes it a resource of its own, within which they are resolved.
 */
export function embeddedSchema(schema: JsonSchema, id: string): JsonSchema {
  if (typeof schema === 'boolean' || schema['$id'] !== undefined) return schema;
  return JSON.stringify(schema).includes('"$ref"') ? { $id: id, ...schema } : schema;
}

/** Whether a schema lets objects alone through, as the arguments and results of tools have to be. */
export function isOfObjects(
  schema: JsonSchema,
): schema is Readonly<Record<string, unknown>> & { readonly type: 'object' } {
  return typeof schema === 'object' && schema['type'] === 'object';
}
