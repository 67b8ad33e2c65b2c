import { JSON_EXAMPLE } from '../../kernel/http/body/accepted-body';
import { type OpenApiDocument, type Operation, operationsOf } from './document';
import { exampleOf, type JsonSchema } from './example-of';

type Content = Record<string, { schema?: object; example?: unknown; examples?: object }>;

/** Media types whose content has a value schema, rather than being text. */
const IS_VALUE = /json|x-www-form-urlencoded|event-stream/;

/** Adds an example, built from the schema, to each request and success response without one. */
export function addExamples(document: OpenApiDocument): void {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, JsonSchema>>;
  for (const { method, path, operation } of operationsOf(document.paths)) {
    const parts = [
      { part: operation.requestBody, isWhole: false },
      ...Object.values(operation.responses).map((part) => ({ part, isWhole: true })),
    ];
    const given = takeExample(operation);
    for (const { part, isWhole } of parts) {
      if (!part || !('content' in part)) continue;
      for (const [type, media] of Object.entries((part.content ?? {}) as Content)) {
        if (!IS_VALUE.test(type) || !media.schema || 'example' in media || media.examples) continue;
        if (given !== undefined && type === 'application/json' && isBytes(media.schema)) {
          media.schema = {};
          media.example = given;
          continue;
        }
        try {
          media.example = exampleOf(media.schema, { schemas, isWhole });
        } catch (cause) {
          throw new Error(`${method} ${path}: ${cause instanceof Error ? cause.message : ''}`, { cause });
        }
      }
    }
  }
}

/** Removes and returns the JSON example that the route itself defines. */
function takeExample(operation: Operation): unknown {
  const described = operation as { [JSON_EXAMPLE]?: unknown };
  const example = described[JSON_EXAMPLE];
  delete described[JSON_EXAMPLE];
  return example;
}

/** Returns whether a body is accepted as is, whatever its type. */
function isBytes(schema: object): boolean {
  return 'format' in schema && schema.format === 'binary';
}
