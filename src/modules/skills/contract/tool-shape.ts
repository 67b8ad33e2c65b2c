import type { JsonValue } from '../../jobs/contract/job.types';
import type { JsonSchema } from './skill-definition.types';
import { embeddedSchema, hasKeyword, isOfObjects, movedSchema } from './embedded-schema';

/** A schema that accepts only objects, as tools require. */
interface ToolSchema {
  type: 'object';
  properties?: Record<string, object>;
  required?: string[];
  [keyword: string]: unknown;
}

/** A tool, as defined by the Model Context Protocol. */
interface SkillTool {
  name: string;
  description?: string;
  inputSchema: ToolSchema;
  outputSchema?: ToolSchema;
}

/** The name, description and schemas of a skill that is shown as a tool. */
export interface ToolSource {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/**
 * Keywords that make MCP clients misread a result schema. Clients treat such a schema as a draft-07 schema, and treat all tools' schemas as
 * parts of one document, in which an id must be unique.
 */
const MISREAD = new Set(['$anchor', '$async', '$dynamicAnchor', '$dynamicRef', '$id', 'minContains', 'prefixItems']);

/**
 * Converts a skill to a tool. Tools accept and return objects. All other inputs and results are wrapped in an object, as its `input` or
 * `result` member. A result schema that clients would misread is omitted, but the result does not change.
 */
export function toolOf({ name, description, inputSchema, outputSchema }: ToolSource): SkillTool {
  const shownOutput = shownResultSchema(outputSchema);
  return {
    name,
    ...(description === '' ? {} : { description }),
    inputSchema: argumentsSchema(name, inputSchema),
    ...(shownOutput === null ? {} : { outputSchema: shownOutput }),
  };
}

/** Returns the result schema that a tool shows; `null` when the schema is omitted. */
export function shownResultSchema(schema: JsonSchema): ToolSchema | null {
  if (hasKeyword(schema, MISREAD)) return null;
  if (isOfObjects(schema)) {
    const { $schema: _dialect, ...shown } = schema;
    return { ...shown, type: 'object' };
  }
  return {
    type: 'object',
    properties: { result: objectOf(movedSchema(schema, '/properties/result')) },
    required: ['result'],
  };
}

function argumentsSchema(name: string, schema: JsonSchema): ToolSchema {
  if (isOfObjects(schema)) return schema;
  if (schema === true) return { type: 'object' };
  const input = objectOf(embeddedSchema(schema, `urn:coresdk:skill:${name}:input`));
  return { type: 'object', properties: { input }, required: ['input'] };
}

/** Converts the arguments of a tool to the input of its skill. */
export function inputOf(schema: JsonSchema, args: Readonly<Record<string, unknown>> | undefined): unknown {
  return isOfObjects(schema) || schema === true ? (args ?? {}) : args?.['input'];
}

/** Converts the output of a skill to the result of its tool. */
export function resultOf(schema: JsonSchema, output: JsonValue): Record<string, unknown> {
  return isOfObjects(schema) ? (output as Record<string, unknown>) : { result: output };
}

/** Converts a schema to an object, because the SDK's types do not allow boolean schemas. */
function objectOf(schema: JsonSchema): object {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  const { $schema: _dialect, ...shown } = schema;
  return shown;
}
