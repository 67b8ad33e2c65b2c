import { status as Grpc } from '@grpc/grpc-js';

/** The forms of an error code, one for each surface. */
interface ErrorRow {
  /** HTTP status (RFC 9110 §15; for the OAuth codes, RFC 6749 §5.2 and RFC 6750 §3.1). */
  readonly http: number;
  /** gRPC status, for the RPCs whose contract allows errors (wire contract §2.6). */
  readonly grpc: Grpc;
  /** Title of RFC 9457 problems over REST and of `ProblemDetail` over gRPC, as the public clients expect it. */
  readonly title: string;
  /**
   * The code to show at an OAuth endpoint. RFC 6749 §5.2 defines a closed list, so the equivalent OAuth code replaces a general code.
   * Omitted if the code itself is shown, because the endpoint's own error format has the same members.
   */
  readonly oauth?: string;
}

/** Every code that a response from this product can contain, on any surface. Add a row here for a new code. */
const ERRORS = {
  invalid_request: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Bad Request' },
  unauthorized: { http: 401, grpc: Grpc.UNAUTHENTICATED, title: 'Unauthorized' },
  forbidden: { http: 403, grpc: Grpc.PERMISSION_DENIED, title: 'Forbidden' },
  not_found: { http: 404, grpc: Grpc.NOT_FOUND, title: 'Not Found' },
  method_not_allowed: { http: 405, grpc: Grpc.UNIMPLEMENTED, title: 'Method Not Allowed' },
  not_acceptable: { http: 406, grpc: Grpc.INVALID_ARGUMENT, title: 'Not Acceptable' },
  conflict: { http: 409, grpc: Grpc.ALREADY_EXISTS, title: 'Conflict' },
  gone: { http: 410, grpc: Grpc.OUT_OF_RANGE, title: 'Gone' },
  precondition_failed: { http: 412, grpc: Grpc.FAILED_PRECONDITION, title: 'Precondition Failed' },
  payload_too_large: { http: 413, grpc: Grpc.RESOURCE_EXHAUSTED, title: 'Payload Too Large', oauth: 'invalid_request' },
  unsupported_media_type: {
    http: 415,
    grpc: Grpc.INVALID_ARGUMENT,
    title: 'Unsupported Media Type',
    oauth: 'invalid_request',
  },
  range_not_satisfiable: { http: 416, grpc: Grpc.OUT_OF_RANGE, title: 'Range Not Satisfiable' },
  unprocessable: { http: 422, grpc: Grpc.INVALID_ARGUMENT, title: 'Unprocessable Content', oauth: 'invalid_request' },
  // RFC 6749 does not define an OAuth code for this; the 429 status expresses it (rest.md §1).
  rate_limited: {
    http: 429,
    grpc: Grpc.RESOURCE_EXHAUSTED,
    title: 'Too Many Requests',
    oauth: 'temporarily_unavailable',
  },
  internal: { http: 500, grpc: Grpc.INTERNAL, title: 'Internal Server Error', oauth: 'server_error' },
  not_implemented: { http: 501, grpc: Grpc.UNIMPLEMENTED, title: 'Not Implemented', oauth: 'server_error' },
  unavailable: { http: 503, grpc: Grpc.UNAVAILABLE, title: 'Service Unavailable', oauth: 'temporarily_unavailable' },
  deadline_exceeded: {
    http: 503,
    grpc: Grpc.DEADLINE_EXCEEDED,
    title: 'Deadline Exceeded',
    oauth: 'temporarily_unavailable',
  },
  // The OAuth codes of RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 8707 §2, RFC 6750 §3.1 and RFC 7591 §3.2.2.
  invalid_client: { http: 401, grpc: Grpc.UNAUTHENTICATED, title: 'Invalid Client' },
  invalid_grant: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Invalid Grant' },
  invalid_scope: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Invalid Scope' },
  invalid_target: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Invalid Target' },
  unauthorized_client: { http: 400, grpc: Grpc.PERMISSION_DENIED, title: 'Unauthorized Client' },
  unsupported_grant_type: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Unsupported Grant Type' },
  unsupported_token_type: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Unsupported Token Type' },
  access_denied: { http: 403, grpc: Grpc.PERMISSION_DENIED, title: 'Access Denied' },
  invalid_token: { http: 401, grpc: Grpc.UNAUTHENTICATED, title: 'Invalid Token' },
  insufficient_scope: { http: 403, grpc: Grpc.PERMISSION_DENIED, title: 'Insufficient Scope' },
  temporarily_unavailable: { http: 503, grpc: Grpc.UNAVAILABLE, title: 'Temporarily Unavailable' },
  invalid_redirect_uri: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Invalid Redirect URI' },
  invalid_client_metadata: { http: 400, grpc: Grpc.INVALID_ARGUMENT, title: 'Invalid Client Metadata' },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof ERRORS;

/** HTTP status of each code. */
export const HTTP_STATUS = column(({ http }) => http);

/** gRPC status of each code. */
export const GRPC_STATUS = column(({ grpc }) => grpc);

/** The code to show at an OAuth endpoint; `null` keeps the code. */
export const OAUTH_CODE = column(({ oauth }) => oauth ?? null);

/** Title of each code. */
export const TITLE = column(({ title }) => title);

/** Type URI of each code's problem. Its last path segment is derived from the problem's title (wire contract §2.7). */
export const PROBLEM_TYPE = column(
  ({ title }) => `https://coresdk.io/errors/${title.toLowerCase().replaceAll(' ', '-')}`,
);

function column<T>(of: (row: ErrorRow) => T): Readonly<Record<ErrorCode, T>> {
  const cells = Object.entries(ERRORS).map(([code, row]) => [code, of(row)]);
  // The keys are the keys of ERRORS.
  return Object.fromEntries(cells) as Record<ErrorCode, T>;
}
