import type { StandardSchemaConverter } from '@nestjs/swagger';
import { z } from 'zod';

type Node = Record<string, unknown>;

/** Formats whose meaning everybody knows: zod's own expression for them says no more, in 250 characters each. */
const KNOWN_FORMATS: ReadonlySet<unknown> = new Set(['date-time', 'date', 'email', 'uri', 'uuid']);

/** For `@nestjs/swagger`, which cannot read schemas of zod by itself as they are wanted here. */
export const standardSchemaConverter: StandardSchemaConverter = (schema, { schemaType }) => {
  return schema instanceof z.ZodType ? convertedSchema(schema, schemaType) : undefined;
};

/** A schema, with the components that it refers to: a zod schema with an id is a component of that name. */
export function convertedSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
): { readonly schema: Node; readonly components: Record<string, Node> } {
  const { $schema: _, $defs = {}, ...body } = jsonSchemaOf(schema, io);
  const components = Object.entries($defs).map(([name, { id: _id, ...component }]) => [name, component]);
  return { schema: body, components: Object.fromEntries(components) as Record<string, Node> };
}

/** The schema as OpenAPI 3.1 has it (JSON Schema 2020-12). */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Node & { $defs?: Record<string, Node> } {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    // Zod cannot describe everything, such as the result of a transformation; that becomes `{}`.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      tidyNode(jsonSchema, io);
    },
  });
}

function tidyNode(node: Node, io: 'input' | 'output'): void {
  // A later version may give more members, and an old client must not break on them.
  if (io === 'output' && node['additionalProperties'] === false) delete node['additionalProperties'];
  // JSON Schema says it by `contentEncoding`, and has no such format.
  if (node['format'] === 'base64') delete node['format'];
  if (KNOWN_FORMATS.has(node['format'])) delete node['pattern'];
  if (node['minimum'] === Number.MIN_SAFE_INTEGER) delete node['minimum'];
  if (node['maximum'] === Number.MAX_SAFE_INTEGER) delete node['maximum'];
}
