import { z } from 'zod';
import { documented, type Swagger } from './open-api';

/** The members of every error (rest.md §1). */
const errorMembers = {
  error: z.string().meta({ description: 'The kind of error, for programs.' }),
  error_description: z.string().meta({ description: 'A message for people: what is wrong and what to change.' }),
  status: z.int().meta({ description: 'The same HTTP status as in the status line.' }),
  request_id: z.string().meta({ description: 'Identifies the request in the logs and the audit log.' }),
  reason: z
    .string()
    .optional()
    .meta({ description: 'A more specific cause than `error`, for programs. Every 503 has one.' }),
  errors: z
    .array(
      z.object({
        pointer: z.string().meta({ description: 'JSON Pointer (RFC 6901) into the body, or to a parameter.' }),
        code: z.string(),
        message: z.string(),
      }),
    )
    .optional()
    .meta({ description: 'Every invalid member.' }),
};

/** The error body of every endpoint. */
export const errorBody = z.object(errorMembers).meta({ id: 'Error' });

/** The error body for callers that prefer `application/problem+json` (RFC 9457). */
export const problemBody = z
  .object({ type: z.url(), title: z.string(), detail: z.string(), ...errorMembers })
  .meta({ id: 'Problem' });

interface RouteDocs {
  readonly summary: string;
  readonly status: number;
  /** Statuses of errors that no rule of `roles/openapi` derives for the route. */
  readonly errors?: readonly number[];
  /** Media types of a response that is not JSON. */
  readonly types?: readonly string[];
  /** Further success statuses with the same response, such as 201 for a PUT that created a resource. */
  readonly also?: readonly number[];
  /** Further success statuses with a different response. */
  readonly others?: Readonly<Record<number, { readonly description: string; readonly answer: z.ZodType }>>;
  /** Schema of the response; omitted for an empty response. */
  readonly answer?: z.ZodType;
  /** Schema of the body, if no parameter of the handler declares it. */
  readonly body?: z.ZodType;
  /** Schema of the query, documented parameter by parameter. */
  readonly query?: z.ZodObject;
  /** Descriptions of path parameters, and the allowed values of parameters with an enumeration. */
  readonly params?: Readonly<
    Record<string, string | { readonly description: string; readonly enum: readonly string[] }>
  >;
  /** True if the POST supports `Idempotency-Key`. */
  readonly isKeyed?: boolean;
  /** True if a write without a response body supports `If-Match`. A write that returns the resource is `@Versioned`. */
  readonly isConditional?: boolean;
  /** True if a read supports `If-None-Match`. A read that returns a resource with a `version` is `@Versioned`. */
  readonly isCacheable?: boolean;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Visible ASCII without commas, such as a UUID. For 24 hours, repeating a request with the same key returns the first response with `Idempotent-Replayed: true`. A different request with the key returns 422.',
  schema: { type: 'string', maxLength: 255 },
} as const;

/** Adds the OpenAPI documentation of a route with one decorator. */
export function Docs(docs: RouteDocs): MethodDecorator {
  return documented((swagger) => {
    const { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiResponse } = swagger;
    const answer = docs.answer === undefined ? textOf(docs.types) : { standardSchema: docs.answer };
    return [
      ApiOperation({ summary: docs.summary }),
      ...[docs.status, ...(docs.also ?? [])].map((status) =>
        ApiResponse({ status, description: docs.summary, ...(status === 204 ? {} : answer) }),
      ),
      ...Object.entries(docs.others ?? {}).map(([status, { description, answer: standardSchema }]) =>
        ApiResponse({ status: Number(status), description, ...{ standardSchema } }),
      ),
      ...(docs.errors ?? []).map((status) => ApiResponse({ status, description: '' })),
      ...Object.entries(docs.params ?? {}).map(([name, param]) =>
        ApiParam({ name, type: String, ...(typeof param === 'string' ? { description: param } : param) }),
      ),
      ...(docs.body === undefined ? [] : [ApiBody({ ...{ standardSchema: docs.body }, required: true })]),
      ...queryDocs(swagger, docs.query),
      ...(docs.isKeyed === true ? [ApiHeader(IDEMPOTENCY_KEY)] : []),
      ...(docs.isConditional === true ? conditionDocs(swagger, 'If-Match') : []),
      ...(docs.isCacheable === true ? conditionDocs(swagger, 'If-None-Match') : []),
    ];
  });
}

/** Returns the documentation of a response other than JSON: text or binary. */
function textOf(types: readonly string[] | undefined): { content?: Record<string, { schema: { type: 'string' } }> } {
  if (types === undefined) return {};
  return { content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])) };
}

function queryDocs({ ApiQuery }: Swagger, query: z.ZodObject | undefined): MethodDecorator[] {
  if (!query) return [];
  const schema = z.toJSONSchema(query, { target: 'draft-2020-12', io: 'input' });
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'object' ? property : {};
    return ApiQuery({
      name,
      required: required.has(name),
      ...(description === undefined ? {} : { description }),
      schema: { ...rest } as { type: 'string' },
    });
  });
}

/** Documents a route that supports a condition. */
export function ConditionDocs(condition: 'If-Match' | 'If-None-Match'): MethodDecorator {
  return documented((swagger) => conditionDocs(swagger, condition));
}

function conditionDocs(
  { ApiHeader, ApiResponse }: Swagger,
  condition: 'If-Match' | 'If-None-Match',
): MethodDecorator[] {
  const isWrite = condition === 'If-Match';
  const description = isWrite
    ? 'Entity tags. One of them must be current, or the change is refused.'
    : 'Entity tags of the versions that the caller already has.';
  return [
    ApiHeader({ name: condition, required: false, description, schema: { type: 'string' } }),
    ...(isWrite ? [] : [ApiResponse({ status: 304, description: 'The caller already has the current version.' })]),
  ];
}
