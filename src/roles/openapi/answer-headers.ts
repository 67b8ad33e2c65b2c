import type { OpenApiDocument, Operation } from './document';

type Headers = NonNullable<NonNullable<OpenApiDocument['components']>['headers']>;

/** Response headers, by name. */
const HEADERS = {
  'X-Request-Id': {
    description: 'ID of the request, which also appears in the logs and in the audit log.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Entity tag of the response, for `If-None-Match` and `If-Match` (RFC 9110 §8.8.3).',
    schema: { type: 'string' },
  },
  'Idempotent-Replayed': {
    description: '`true` if this repeats an earlier response to the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
  Location: { description: 'URL to continue at.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait before the next attempt.', schema: { type: 'integer', minimum: 0 } },
  'WWW-Authenticate': { description: 'Required authentication (RFC 6750 §3).', schema: { type: 'string' } },
} as const satisfies Headers;

export type HeaderName = keyof typeof HEADERS;

/** The components that {@link headerRefs} refers to. */
export const ALL_HEADERS: Headers = HEADERS;

/** Returns references to response headers. */
export function headerRefs(...names: readonly HeaderName[]): Headers {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Returns the headers of an operation's success response, based on its request headers. */
export function headersOf(operation: Operation, status: number): Headers {
  const asked = headerParameters(operation);
  const hasTag = asked.has('if-match') || asked.has('if-none-match');
  return headerRefs(
    'X-Request-Id',
    ...(status === 303 ? (['Location'] as const) : []),
    ...(hasTag && status !== 204 && (status < 300 || status === 304) ? (['ETag'] as const) : []),
    ...(asked.has('idempotency-key') && status < 300 ? (['Idempotent-Replayed'] as const) : []),
  );
}

/** Returns the names of the headers that an operation accepts, in lowercase. */
export function headerParameters({ parameters = [] }: Operation): ReadonlySet<string> {
  return new Set(
    parameters.flatMap((parameter) =>
      'in' in parameter && parameter.in === 'header' ? [parameter.name.toLowerCase()] : [],
    ),
  );
}
