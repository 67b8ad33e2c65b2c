import { type ErrorCode, PROBLEM_TYPE, TITLE } from '../../kernel/errors/error-tables';
import { errorBody, problemBody } from '../../kernel/http/openapi/api-docs';
import { ofrepFailure } from '../../modules/flags/contract/ofrep-failure';
import { scimErrorBody } from '../../modules/scim/contract/scim-fault';
import { headerParameters, type HeaderName, headerRefs } from './answer-headers';
import type { OpenApiDocument, Operation, Schemas } from './document';
import { isPage, PAGE, pageErrorsOf } from './page-answers';
import { convertedSchema } from './schema-converter';

/** The suffix for the protocol that defines an error shape; empty for the shapes of rest.md §1. */
export type ErrorShape = '' | 'OfScim' | 'OfOfrep' | 'OfPage';

type Responses = NonNullable<NonNullable<OpenApiDocument['components']>['responses']>;

interface ErrorDocs {
  /** The name of the component. */
  readonly name: string;
  readonly code: ErrorCode;
  readonly words: string;
  /** An example response. */
  readonly example: string;
  readonly reason?: string;
  readonly headers?: readonly HeaderName[];
}

/** Every error status that operations document, in the wording of rest.md §1. */
export const ERROR_ANSWERS: Readonly<Record<number, ErrorDocs>> = {
  400: {
    name: 'BadRequest',
    code: 'invalid_request',
    words: 'Path, query, headers or body are invalid; `errors` names the faulty members.',
    example: 'The body is invalid.',
  },
  401: {
    name: 'Unauthorized',
    code: 'unauthorized',
    words: 'The credential is missing, expired, revoked or forged.',
    example: 'Send an access token: Authorization: Bearer …',
    reason: 'token_missing',
    headers: ['WWW-Authenticate'],
  },
  403: {
    name: 'Forbidden',
    code: 'forbidden',
    words: 'The credential lacks the scope, or the policy of the tenant does not allow the call.',
    example: 'The policy of this tenant does not allow this call.',
    headers: ['WWW-Authenticate'],
  },
  404: {
    name: 'NotFound',
    code: 'not_found',
    words: 'The resource does not exist in this tenant. Resources of other tenants are not found either.',
    example: 'There is no such project.',
  },
  406: {
    name: 'NotAcceptable',
    code: 'not_acceptable',
    words: 'The server supports none of the media types in `Accept`.',
    example: 'This path responds with application/json.',
  },
  409: {
    name: 'Conflict',
    code: 'conflict',
    words:
      'The request conflicts with the current state: the name is in use, the state does not allow it, or the tenant has reached a limit.',
    example: 'This name is already in use.',
  },
  410: { name: 'Gone', code: 'gone', words: 'The resource existed, but is gone.', example: 'This resource is gone.' },
  412: {
    name: 'PreconditionFailed',
    code: 'precondition_failed',
    words: 'The resource has changed: `If-Match` or `If-None-Match` does not hold.',
    example: 'The resource has changed since you read it. Read it again, then repeat your change.',
  },
  413: {
    name: 'PayloadTooLarge',
    code: 'payload_too_large',
    words: 'The body is larger than this operation accepts.',
    example: 'The body is larger than 1 MiB.',
  },
  415: {
    name: 'UnsupportedMediaType',
    code: 'unsupported_media_type',
    words: 'The body is of a media type, charset or encoding that this operation does not accept.',
    example: 'The body must be application/json.',
  },
  416: {
    name: 'RangeNotSatisfiable',
    code: 'range_not_satisfiable',
    words: 'The content ends before the start of `Range`.',
    example: 'The range starts after the end.',
  },
  422: {
    name: 'Unprocessable',
    code: 'unprocessable',
    words:
      'Well-formed, but cannot be performed: the `Idempotency-Key` belongs to a different request, or the content is not acceptable.',
    example: 'This Idempotency-Key belongs to a different request; use a new one.',
  },
  429: {
    name: 'RateLimited',
    code: 'rate_limited',
    words: 'The address, the client or the tenant has sent more requests than its limit allows.',
    example: 'Too many requests; try again in 2 s.',
    headers: ['Retry-After'],
  },
  500: {
    name: 'Internal',
    code: 'internal',
    words: 'An internal error. The server logs it with the request ID.',
    example: 'The server could not complete the request.',
  },
  501: {
    name: 'NotImplemented',
    code: 'not_implemented',
    words: 'This installation does not support the operation.',
    example: 'This installation does not support it.',
  },
  503: {
    name: 'Unavailable',
    code: 'unavailable',
    words: 'A decision or a store is unavailable, and nothing was done. `reason` says which.',
    example: 'The policy is unavailable; try again.',
    reason: 'sidecar_unavailable',
    headers: ['Retry-After'],
  },
};

/** Returns the possible errors of an operation: from the pipeline, its input and the conventions of resources. */
export function statusesOf(operation: Operation, method: string): readonly number[] {
  const asked = headerParameters(operation);
  const isGuarded = (operation.security ?? []).length > 0;
  const isWrite = method !== 'get' && method !== 'head' && method !== 'options';
  const hasBody = operation.requestBody !== undefined;
  const hasPath = operation.parameters?.some((parameter) => 'in' in parameter && parameter.in === 'path') === true;
  const isKeyed = asked.has('idempotency-key');
  return [
    ...[400, 429, 500, 503],
    // A resource named by a query or a body might also not exist.
    ...(isGuarded ? [401, 403, 404] : []),
    ...(hasPath ? [404] : []),
    ...(hasBody ? [413, 415, 422] : []),
    ...(isWrite && (isGuarded || hasPath) ? [409] : []),
    // A POST that can respond with 304 only reads.
    ...(asked.has('if-match') || (isWrite && asked.has('if-none-match') && !operation.responses['304']) ? [412] : []),
    ...(isKeyed ? [422] : []),
    ...(isPage(operation) ? pageErrorsOf(operation, isWrite) : []),
  ];
}

/** Schemas that the components of {@link errorAnswersOf} refer to. */
export const ERROR_SCHEMAS = Object.assign(
  {},
  ...[errorBody, problemBody, scimErrorBody, ofrepFailure].map(
    (schema) => convertedSchema(schema, 'output').components,
  ),
) as Schemas;

/** Returns the responses of one shape as components: `NotFound`, `NotFoundOfScim`, and `Failure` for all others. */
export function errorAnswersOf(shape: ErrorShape): Responses {
  const all = Object.entries(ERROR_ANSWERS).map(([status, docs]) => [
    docs.name + shape,
    {
      description: docs.words,
      headers: headerRefs('X-Request-Id', ...(docs.headers ?? [])),
      content: contentOf(shape, Number(status), docs),
    },
  ]);
  const failure = {
    description: 'The error and how to fix it.',
    headers: headerRefs('X-Request-Id'),
    content: Object.fromEntries(
      Object.entries(contentOf(shape, 400, ERROR_ANSWERS[400])).map(([type, { schema }]) => [type, { schema }]),
    ),
  };
  return Object.fromEntries([...all, [`Failure${shape}`, failure]]) as Responses;
}

function contentOf(
  shape: ErrorShape,
  status: number,
  docs: ErrorDocs | undefined,
): Readonly<Record<string, { readonly schema: object; readonly example: object | string }>> {
  if (docs === undefined) return {};
  const { code, example, reason } = docs;
  const schema = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
  if (shape === 'OfScim') {
    const urn = 'urn:ietf:params:scim:api:messages:2.0:Error';
    const body = { schemas: [urn], status: String(status), detail: example };
    return { 'application/scim+json': { schema: schema('ScimError'), example: body } };
  }
  const request = { request_id: '01J9ZC8Q6T0M3N5V7X9B1D4F6H' };
  const body = { error: code, error_description: example, status, ...request, ...(reason ? { reason } : {}) };
  const problem = { type: PROBLEM_TYPE[code], title: TITLE[code], detail: example, ...body };
  const common = {
    'application/json': { schema: schema('Error'), example: body },
    'application/problem+json': { schema: schema('Problem'), example: problem },
  };
  if (shape === '') return common;
  // JSON is also possible, for requests that were refused before their route was known, and for clients that do not accept HTML.
  if (shape === 'OfPage') return { [PAGE]: { schema: { type: 'string' }, example: `<p>${example}</p>` }, ...common };
  const either = { anyOf: [schema('OfrepFailure'), schema('Error')] };
  return { ...common, 'application/json': { schema: either, example: body } };
}
