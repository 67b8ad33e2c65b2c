import { status as Grpc } from '@grpc/grpc-js';
import type { ErrorCode } from './app-error';

/** HTTP status of each code (RFC 9110 §15; the OAuth codes by RFC 6749 §5.2 and RFC 6750 §3.1). */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  not_implemented: 501,
  unavailable: 503,
  deadline_exceeded: 503,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  invalid_target: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_token_type: 400,
  access_denied: 403,
  invalid_token: 401,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
};

/** gRPC status of each code, for the RPCs whose contract allows an error at all (wire contract §2.6). */
export const GRPC_STATUS: Readonly<Record<ErrorCode, Grpc>> = {
  invalid_request: Grpc.INVALID_ARGUMENT,
  unauthorized: Grpc.UNAUTHENTICATED,
  forbidden: Grpc.PERMISSION_DENIED,
  not_found: Grpc.NOT_FOUND,
  method_not_allowed: Grpc.UNIMPLEMENTED,
  not_acceptable: Grpc.INVALID_ARGUMENT,
  conflict: Grpc.ALREADY_EXISTS,
  gone: Grpc.OUT_OF_RANGE,
  precondition_failed: Grpc.FAILED_PRECONDITION,
  payload_too_large: Grpc.RESOURCE_EXHAUSTED,
  unsupported_media_type: Grpc.INVALID_ARGUMENT,
  range_not_satisfiable: Grpc.OUT_OF_RANGE,
  unprocessable: Grpc.INVALID_ARGUMENT,
  rate_limited: Grpc.RESOURCE_EXHAUSTED,
  internal: Grpc.INTERNAL,
  not_implemented: Grpc.UNIMPLEMENTED,
  unavailable: Grpc.UNAVAILABLE,
  deadline_exceeded: Grpc.DEADLINE_EXCEEDED,
  invalid_client: Grpc.UNAUTHENTICATED,
  invalid_grant: Grpc.INVALID_ARGUMENT,
  invalid_scope: Grpc.INVALID_ARGUMENT,
  invalid_target: Grpc.INVALID_ARGUMENT,
  unauthorized_client: Grpc.PERMISSION_DENIED,
  unsupported_grant_type: Grpc.INVALID_ARGUMENT,
  unsupported_token_type: Grpc.INVALID_ARGUMENT,
  access_denied: Grpc.PERMISSION_DENIED,
  invalid_token: Grpc.UNAUTHENTICATED,
  insufficient_scope: Grpc.PERMISSION_DENIED,
  temporarily_unavailable: Grpc.UNAVAILABLE,
  invalid_redirect_uri: Grpc.INVALID_ARGUMENT,
  invalid_client_metadata: Grpc.INVALID_ARGUMENT,
};

/**
 * The code to show at an OAuth endpoint, where RFC 6749 §5.2 closes the list: a general code becomes the OAuth one that
 * says the same. `null` keeps the code (the endpoint's own error shape has the same members).
 */
export const OAUTH_CODE: Readonly<Record<ErrorCode, string | null>> = {
  invalid_request: null,
  unauthorized: null,
  forbidden: null,
  not_found: null,
  method_not_allowed: null,
  not_acceptable: null,
  conflict: null,
  gone: null,
  precondition_failed: null,
  payload_too_large: 'invalid_request',
  unsupported_media_type: 'invalid_request',
  range_not_satisfiable: null,
  unprocessable: 'invalid_request',
  // RFC 6749 knows no word for it; the status 429 says it (rest.md §1).
  rate_limited: 'temporarily_unavailable',
  internal: 'server_error',
  not_implemented: 'server_error',
  unavailable: 'temporarily_unavailable',
  deadline_exceeded: 'temporarily_unavailable',
  invalid_client: null,
  invalid_grant: null,
  invalid_scope: null,
  invalid_target: null,
  unauthorized_client: null,
  unsupported_grant_type: null,
  unsupported_token_type: null,
  access_denied: null,
  invalid_token: null,
  insufficient_scope: null,
  temporarily_unavailable: null,
  invalid_redirect_uri: null,
  invalid_client_metadata: null,
};

/** Titles for RFC 9457 problems on REST and for `ProblemDetail` on gRPC, as the public clients know them. */
export const TITLE: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'Bad Request',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  not_found: 'Not Found',
  method_not_allowed: 'Method Not Allowed',
  not_acceptable: 'Not Acceptable',
  conflict: 'Conflict',
  gone: 'Gone',
  precondition_failed: 'Precondition Failed',
  payload_too_large: 'Payload Too Large',
  unsupported_media_type: 'Unsupported Media Type',
  range_not_satisfiable: 'Range Not Satisfiable',
  unprocessable: 'Unprocessable Content',
  rate_limited: 'Too Many Requests',
  internal: 'Internal Server Error',
  not_implemented: 'Not Implemented',
  unavailable: 'Service Unavailable',
  deadline_exceeded: 'Deadline Exceeded',
  invalid_client: 'Invalid Client',
  invalid_grant: 'Invalid Grant',
  invalid_scope: 'Invalid Scope',
  invalid_target: 'Invalid Target',
  unauthorized_client: 'Unauthorized Client',
  unsupported_grant_type: 'Unsupported Grant Type',
  unsupported_token_type: 'Unsupported Token Type',
  access_denied: 'Access Denied',
  invalid_token: 'Invalid Token',
  insufficient_scope: 'Insufficient Scope',
  temporarily_unavailable: 'Temporarily Unavailable',
  invalid_redirect_uri: 'Invalid Redirect URI',
  invalid_client_metadata: 'Invalid Client Metadata',
};

const PROBLEM_BASE = 'https://coresdk.io/errors/';

/** Type URI of each code's problem: its title as the last part of a path (wire contract §2.7). */
export const PROBLEM_TYPE: Readonly<Record<ErrorCode, string>> = problemTypes();

function problemTypes(): Readonly<Record<ErrorCode, string>> {
  const types = Object.entries(TITLE).map(([code, title]) => [
    code,
    PROBLEM_BASE + title.toLowerCase().replaceAll(' ', '-'),
  ]);
  // The keys are those of TITLE, which has every code.
  return Object.fromEntries(types) as Record<ErrorCode, string>;
}
