import type { JsonValue } from '../../jobs/contract/job.types';
import type { JsonSchema } from './skill-definition.types';
import { embeddedSchema, hasKeyword, isOfObjects, movedSchema } from './embedded-schema';

/** A schema of objects alone, as tools have them. */
interface ToolSchema {
  type: 'object';
  properties?: Record<string, object>;
  required?: string[];
  [keyword: string]: unknown;
}

/** A tool, as the Model Context Protocol has it. */
interface SkillTool {
  name: string;
  description?: string;
  inputSchema: ToolSchema;
  outputSchema?: ToolSchema;
}

/** A skill to be shown as a tool: its name and its schemas. */
export interface ToolSource {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/**
 * Keywords by which clients of MCP misread a schema of results. They take it for one of draft-07, and all tools' schemas for parts
 * of one document, in which the same id may not be given twice.
 */
const MISREAD = new Set(['$anchor', '$async', '$dynamicAnchor', '$dynamicRef', '$id', 'minContains', 'prefixItems']);

/**
 * A skill as a tool. Tools take and give objects; what takes or gives something else does so in the members `input` and
 * `result` of one. A schema of results that clients would misread is left out; the result is what it is.
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

/** The schema of a tool's result as it is shown; `null` for one that is left out. */
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
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  const { $schema: _dialect, ...shown } = schema;
  return shown;
}
