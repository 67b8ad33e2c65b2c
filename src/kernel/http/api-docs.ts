import { z } from 'zod';
import { documented, type Swagger } from './open-api';

/** The error body of every endpoint (rest.md §1). */
const errorBody = z
  .object({
    error: z.string(),
    error_description: z.string(),
    status: z.number().int(),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Error' });

interface RouteDocs {
  readonly summary: string;
  readonly status: number;
  /** Schema of the answer; left out for an empty one. */
  readonly answer?: z.ZodType;
  /** Schema of the query, written out parameter by parameter. */
  readonly query?: z.ZodObject;
  /** Path parameters and what they are. */
  readonly params?: Readonly<Record<string, string>>;
  /** Whether the POST honours `Idempotency-Key`. */
  readonly isKeyed?: boolean;
  /** Whether a write that answers nothing honours `If-Match`; one that answers the resource is `@Versioned`. */
  readonly isConditional?: boolean;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Visible ASCII without comma, such as a UUID. For 24 hours the same request under the same key is done once, and answered as then, with `Idempotent-Replayed: true`; another request under it is 422.',
  schema: { type: 'string', maxLength: 255 },
} as const;

/** The OpenAPI text of a route, in one decorator. */
export function Docs(docs: RouteDocs): MethodDecorator {
  return documented((swagger) => {
    const { ApiHeader, ApiOperation, ApiParam, ApiResponse } = swagger;
    const answer = docs.answer === undefined ? {} : { standardSchema: docs.answer };
    return [
      ApiOperation({ summary: docs.summary }),
      ApiResponse({ status: docs.status, description: docs.summary, ...answer }),
      ApiResponse({ status: 'default', description: 'What is wrong and what to change.', standardSchema: errorBody }),
      ...Object.entries(docs.params ?? {}).map(([name, description]) => ApiParam({ name, description })),
      ...queryDocs(swagger, docs.query),
      ...(docs.isKeyed === true ? [ApiHeader(IDEMPOTENCY_KEY)] : []),
      ...(docs.isConditional === true ? conditionDocs(swagger, 'If-Match') : []),
    ];
  });
}

function queryDocs({ ApiQuery }: Swagger, query: z.ZodObject | undefined): MethodDecorator[] {
  if (!query) return [];
  const schema = z.toJSONSchema(query, { target: 'openapi-3.0', io: 'input' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description = '', ...rest } = typeof property === 'object' ? property : {};
    return ApiQuery({ name, required: false, description, schema: { ...rest } as { type: 'string' } });
  });
}

/** The documentation of a route that honours a condition. */
export function ConditionDocs(condition: 'If-Match' | 'If-None-Match'): MethodDecorator {
  return documented((swagger) => conditionDocs(swagger, condition));
}

function conditionDocs(
  { ApiHeader, ApiResponse }: Swagger,
  condition: 'If-Match' | 'If-None-Match',
): MethodDecorator[] {
  const isWrite = condition === 'If-Match';
  const description = isWrite
    ? 'Entity tags of which one must be current for the change to be made.'
    : 'Entity tags that the caller has already.';
  const status = isWrite ? 412 : 304;
  return [
    ApiHeader({ name: condition, required: false, description, schema: { type: 'string' } }),
    ApiResponse({ status, description: isWrite ? 'It has been changed since.' : 'The caller has it already.' }),
  ];
}
