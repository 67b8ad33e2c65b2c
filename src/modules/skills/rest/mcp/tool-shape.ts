import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { JsonValue } from '../../../jobs/contract/job.types';
import type { JsonSchema } from '../../contract/skill-definition.types';
import { embeddedSchema, isOfObjects } from '../embedded-schema';

/** What a skill is as a tool: its name, and what goes in and comes out. */
export interface ToolSource {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/**
 * A skill as a tool. Tools take and give objects; what takes or gives something else does so in the members `input` and
 * `result` of one.
 */
export function toolOf({ name, description, inputSchema, outputSchema }: ToolSource): Tool {
  return {
    name,
    ...(description === '' ? {} : { description }),
    inputSchema: argumentsSchema(name, inputSchema),
    outputSchema: isOfObjects(outputSchema)
      ? outputSchema
      : {
          type: 'object',
          properties: { result: objectOf(embeddedSchema(outputSchema, `urn:coresdk:skill:${name}:output`)) },
          required: ['result'],
        },
  };
}

function argumentsSchema(name: string, schema: JsonSchema): Tool['inputSchema'] {
  if (isOfObjects(schema)) return schema;
  if (schema === true) return { type: 'object' };
  const input = objectOf(embeddedSchema(schema, `urn:coresdk:skill:${name}:input`));
  return { type: 'object', properties: { input }, required: ['input'] };
}

/** The input of a skill in the arguments of its tool. */
export function inputOf(schema: JsonSchema, args: Readonly<Record<string, unknown>> | undefined): unknown {
  return isOfObjects(schema) || schema === true ? (args ?? {}) : args?.['input'];
}

/** The output of a skill as the result of its tool. */
export function resultOf(schema: JsonSchema, output: JsonValue): Record<string, unknown> {
  return isOfObjects(schema) ? (output as Record<string, unknown>) : { result: output };
}

/** The kit's types know schemas that are objects only. */
function objectOf(schema: JsonSchema): object {
  if (typeof schema === 'object') return schema;
  return schema ? {} : { not: {} };
}
