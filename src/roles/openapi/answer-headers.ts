import type { OpenApiDocument, Operation } from './document';

type Headers = NonNullable<NonNullable<OpenApiDocument['components']>['headers']>;

/** Headers of answers, by their names. */
const HEADERS = {
  'X-Request-Id': {
    description: 'Of the request, as it is in the logs and in the audit log.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Tag of what is answered, for `If-None-Match` and `If-Match` (RFC 9110 §8.8.3).',
    schema: { type: 'string' },
  },
  'Idempotent-Replayed': {
    description: '`true` where this is the answer of before, to the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
  Location: { description: 'Where to go on.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait before the next attempt.', schema: { type: 'integer', minimum: 0 } },
  'WWW-Authenticate': { description: 'How to get in (RFC 6750 §3).', schema: { type: 'string' } },
} as const satisfies Headers;

export type HeaderName = keyof typeof HEADERS;

/** The components that {@link headerRefs} refers to. */
export const ALL_HEADERS: Headers = HEADERS;

/** References to headers of answers. */
export function headerRefs(...names: readonly HeaderName[]): Headers {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The headers of the good answer of an operation: by what its requests may ask. */
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

/** The names of the headers that an operation says it takes, in lower case. */
export function headerParameters({ parameters = [] }: Operation): ReadonlySet<string> {
  return new Set(
    parameters.flatMap((parameter) =>
      'in' in parameter && parameter.in === 'header' ? [parameter.name.toLowerCase()] : [],
    ),
  );
}
