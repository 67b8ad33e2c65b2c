/** An error in one member of a request. */
export interface FieldError {
  /** A JSON Pointer into the body, or the name of a parameter. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** The base of all errors that the SDK throws. If the caller aborts, the SDK throws the reason of the caller's signal instead. */
export class CpodError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // The label of the actual class, even if a minifier has renamed it.
    this.name = (new.target as { readonly label?: string }).label ?? 'CpodError';
  }
}

/** The client's configuration is invalid; no request was sent. */
export class ConfigurationError extends CpodError {
  static readonly label: string = 'ConfigurationError';
}

/** There was no response, or it was interrupted: the call may or may not have taken effect. */
export class ConnectionError extends CpodError {
  static readonly label: string = 'ConnectionError';
}

/** A browser probably blocked the call, because the page's origin is not allowed to call the backend (CORS). */
export class BlockedOriginError extends ConnectionError {
  static override readonly label: string = 'BlockedOriginError';

  constructor(origin: string, options?: ErrorOptions) {
    super(
      `Probably blocked by CORS: add this origin to "allowed_origins" of the app: ${origin}. The backend responds, but the browser did not let the page read the response.`,
      options,
    );
  }
}

/** No response within the time limit. */
export class TimeoutError extends CpodError {
  static readonly label: string = 'TimeoutError';
}

/** An untrusted or refused sign-in. `code` is an OAuth error code, or `state_mismatch`, `issuer_mismatch` or `id_token_invalid`. */
export class LoginError extends CpodError {
  static readonly label: string = 'LoginError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The backend refused one of the caller's patterns. Its matches are still in the value, so the value is withheld. */
export class PatternRefusedError extends CpodError {
  static readonly label: string = 'PatternRefusedError';
}

/** The members of an error response from the backend. */
export interface ApiErrorMembers {
  readonly status: number;
  /** A stable code, such as `not_found` or `invalid_grant`. */
  readonly code: string;
  readonly description: string;
  /** Identifies the call in the logs and in the audit log. */
  readonly requestId: string;
  /** A more specific code than `code`; empty if there is none. */
  readonly reason: string;
  readonly fields: readonly FieldError[];
  /** The wait that the backend requested before the next attempt; `null` if it did not request one. */
  readonly retryAfterSeconds: number | null;
}

/** The backend responded with an error. */
export class ApiError extends CpodError implements ApiErrorMembers {
  static readonly label: string = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly description: string;
  readonly requestId: string;
  readonly reason: string;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(members: ApiErrorMembers) {
    super(`${members.status} ${members.code}: ${members.description}`);
    this.status = members.status;
    this.code = members.code;
    this.description = members.description;
    this.requestId = members.requestId;
    this.reason = members.reason;
    this.fields = members.fields;
    this.retryAfterSeconds = members.retryAfterSeconds;
  }
}

/** 400: the request is invalid; `fields` names the faulty members. */
export class InvalidRequestError extends ApiError {
  static override readonly label: string = 'InvalidRequestError';
}
/** 401: no token, or a token that is no longer valid. */
export class UnauthorizedError extends ApiError {
  static override readonly label: string = 'UnauthorizedError';
}
/** 403: the scope or the tenant's policy does not allow the call; `reason` says which. */
export class ForbiddenError extends ApiError {
  static override readonly label: string = 'ForbiddenError';
}
/** 404: the resource does not exist, or belongs to another tenant. */
export class NotFoundError extends ApiError {
  static override readonly label: string = 'NotFoundError';
}
/** 409: the call conflicts with the current state of the resource. */
export class ConflictError extends ApiError {
  static override readonly label: string = 'ConflictError';
}
/** 410: the cursor or stream position is no longer stored. */
export class GoneError extends ApiError {
  static override readonly label: string = 'GoneError';
}
/** 412: the resource has changed; get it again and apply the change to that version. */
export class PreconditionFailedError extends ApiError {
  static override readonly label: string = 'PreconditionFailedError';
}
/** 422: the request is well-formed but cannot be performed, or its idempotency key was used for a different request. */
export class UnprocessableError extends ApiError {
  static override readonly label: string = 'UnprocessableError';
}
/** 429: `retryAfterSeconds` says when the next call will be accepted. */
export class RateLimitedError extends ApiError {
  static override readonly label: string = 'RateLimitedError';
}
/** 5xx: the backend cannot respond or decide now. Never treat this as permission. */
export class UnavailableError extends ApiError {
  static override readonly label: string = 'UnavailableError';
}

const BY_STATUS: Readonly<Record<number, typeof ApiError>> = {
  400: InvalidRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  412: PreconditionFailedError,
  422: UnprocessableError,
  429: RateLimitedError,
};

/** Creates the error for a status. */
export function apiError(members: ApiErrorMembers): ApiError {
  const { status } = members;
  const Kind = BY_STATUS[status] ?? (status >= 500 ? UnavailableError : ApiError);
  return new Kind(members);
}
