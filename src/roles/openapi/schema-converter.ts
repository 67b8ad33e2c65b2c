import type { StandardSchemaConverter } from '@nestjs/swagger';
import { z } from 'zod';

type Node = Record<string, unknown>;

/** Well-known formats. For each of them, zod's own regular expression takes 250 characters and does not add any information. */
const KNOWN_FORMATS: ReadonlySet<unknown> = new Set(['date-time', 'date', 'email', 'uri', 'uuid']);

/** Converts zod schemas for `@nestjs/swagger`, whose own conversion does not produce the required form. */
export const standardSchemaConverter: StandardSchemaConverter = (schema, { schemaType }) => {
  return schema instanceof z.ZodType ? convertedSchema(schema, schemaType) : undefined;
};

/** Returns a schema with the components that it refers to. A zod schema with an ID is a component of that name. */
export function convertedSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
): { readonly schema: Node; readonly components: Record<string, Node> } {
  const { $schema: _, $defs = {}, ...body } = jsonSchemaOf(schema, io);
  const components = Object.entries($defs).map(([name, { id: _id, ...component }]) => [name, component]);
  return { schema: body, components: Object.fromEntries(components) as Record<string, Node> };
}

/** Returns the schema in the OpenAPI 3.1 dialect (JSON Schema 2020-12). */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Node & { $defs?: Record<string, Node> } {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    // Zod cannot describe some schemas, such as the result of a transformation. Such a schema becomes `{}`.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      tidyNode(jsonSchema, io);
    },
  });
}

function tidyNode(node: Node, io: 'input' | 'output'): void {
  // A later version can add members, which must not break old clients.
  if (io === 'output' && node['additionalProperties'] === false) delete node['additionalProperties'];
  // JSON Schema uses `contentEncoding`, and has no such format.
  if (node['format'] === 'base64') delete node['format'];
  if (KNOWN_FORMATS.has(node['format'])) delete node['pattern'];
  if (node['minimum'] === Number.MIN_SAFE_INTEGER) delete node['minimum'];
  if (node['maximum'] === Number.MAX_SAFE_INTEGER) delete node['maximum'];
}
