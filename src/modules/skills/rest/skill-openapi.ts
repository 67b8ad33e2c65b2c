import { DEFAULT_ALIAS } from '../contract/skill-definition.types';
import type { Skill } from '../contract/skills.types';
import { embeddedSchema } from '../contract/embedded-schema';

/**
 * Returns the OpenAPI 3.1 description of a skill, whose schemas are JSON Schema 2020-12.
 * @param server the URL of the backend.
 */
export function skillOpenApi(skill: Skill, server: string): Readonly<Record<string, unknown>> {
  const { name, description, version, inputSchema, outputSchema } = skill;
  const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
  const run = { $ref: '#/components/schemas/Run' };
  return {
    openapi: '3.1.0',
    info: { title: name, description, version: String(version) },
    servers: [{ url: server }],
    security: [{ bearer: [] }],
    paths: {
      [`/v1/skills/${name}/run`]: {
        post: {
          operationId: name,
          summary: `Run ${name}: the version of the ${DEFAULT_ALIAS} alias or, if it is not set, the newest version`,
          description,
          parameters: [
            {
              name: 'wait',
              in: 'query',
              description: 'Seconds to wait for the result.',
              schema: { type: 'number', minimum: 0, maximum: 60, default: 0 },
            },
            { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 } },
          ],
          requestBody: { required: true, ...json({ $ref: '#/components/schemas/Order' }) },
          responses: {
            200: { description: 'The run has ended.', ...json(run) },
            202: { description: 'The run continues as a job.', ...json(run) },
            default: {
              description: 'The error and how to fix it.',
              ...json({ $ref: '#/components/schemas/Error' }),
            },
          },
        },
      },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Input: embeddedSchema(inputSchema, `urn:coresdk:skill:${name}:input`),
        Output: embeddedSchema(outputSchema, `urn:coresdk:skill:${name}:output`),
        Order: {
          type: 'object',
          properties: {
            input: { $ref: '#/components/schemas/Input' },
            alias: { type: 'string' },
            version: { type: 'integer', minimum: 1 },
          },
        },
        Run: {
          type: 'object',
          required: ['id', 'status'],
          properties: {
            id: { type: 'string' },
            version: { type: 'string' },
            status: { enum: ['queued', 'running', 'completed', 'failed', 'cancelled'] },
            progress: { type: 'number' },
            output: { anyOf: [{ $ref: '#/components/schemas/Output' }, { type: 'null' }] },
            error: {
              type: ['object', 'null'],
              properties: { code: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
        Error: {
          type: 'object',
          required: ['error', 'error_description', 'status'],
          properties: {
            error: { type: 'string' },
            error_description: { type: 'string' },
            status: { type: 'integer' },
          },
        },
      },
    },
  };
}
