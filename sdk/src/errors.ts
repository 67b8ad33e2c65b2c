/** The error of one member of a request. */
export interface FieldError {
  /** JSON pointer into the body, or the name of a parameter. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** The base of all errors that the SDK throws. An abort by the caller throws the reason of the caller's signal instead. */
export class CpodError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // The label of the actual class, even if a minifier has renamed it.
    this.name = (new.target as { readonly label?: string }).label ?? 'CpodError';
  }
}

/** The client's configuration cannot work; nothing was sent. */
export class ConfigurationError extends CpodError {
  static readonly label: string = 'ConfigurationError';
}

/** No answer, or an interrupted one: the call may or may not have taken effect. */
export class ConnectionError extends CpodError {
  static readonly label: string = 'ConnectionError';
}

/** No answer within the time limit. */
export class TimeoutError extends CpodError {
  static readonly label: string = 'TimeoutError';
}

/** A sign-in that cannot be trusted or was refused. `code` is OAuth's, or `state_mismatch`, `issuer_mismatch`, `id_token_invalid`. */
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

/** The members of an error response of the backend. */
export interface ApiErrorMembers {
  readonly status: number;
  /** Stable, such as `not_found` or `invalid_grant`. */
  readonly code: string;
  readonly description: string;
  /** Identifies the call in the logs and in the audit log. */
  readonly requestId: string;
  /** More specific than `code`; empty if there is nothing to add. */
  readonly reason: string;
  readonly fields: readonly FieldError[];
  /** The wait before the next attempt that the backend requested; `null` if none. */
  readonly retryAfterSeconds: number | null;
}

/** The backend answered with an error. */
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
/** 401: no token, or one that is no longer valid. */
export class UnauthorizedError extends ApiError {
  static override readonly label: string = 'UnauthorizedError';
}
/** 403: the scope or the tenant's policy does not allow it; `reason` says which. */
export class ForbiddenError extends ApiError {
  static override readonly label: string = 'ForbiddenError';
}
/** 404: it does not exist, or belongs to another tenant. */
export class NotFoundError extends ApiError {
  static override readonly label: string = 'NotFoundError';
}
/** 409. */
export class ConflictError extends ApiError {
  static override readonly label: string = 'ConflictError';
}
/** 410: a cursor or a stream position that is no longer kept. */
export class GoneError extends ApiError {
  static override readonly label: string = 'GoneError';
}
/** 412: it has changed since; get it again and repeat the change on that version. */
export class PreconditionFailedError extends ApiError {
  static override readonly label: string = 'PreconditionFailedError';
}
/** 422: well-formed but not possible; also an idempotency key that was used for another request. */
export class UnprocessableError extends ApiError {
  static override readonly label: string = 'UnprocessableError';
}
/** 429: `retryAfterSeconds` says when the next call is accepted. */
export class RateLimitedError extends ApiError {
  static override readonly label: string = 'RateLimitedError';
}
/** 5xx: the backend cannot answer or decide now. Never treat this as permission. */
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

/** Returns the error class for its status. */
export function apiError(members: ApiErrorMembers): ApiError {
  const { status } = members;
  const Kind = BY_STATUS[status] ?? (status >= 500 ? UnavailableError : ApiError);
  return new Kind(members);
}
