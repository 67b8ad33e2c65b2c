/** What went wrong with one member of a request. */
export interface FieldError {
  /** JSON pointer into the body, or the name of a parameter. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Every error that the SDK makes itself. An abort by the caller throws the reason of the caller's signal instead. */
export class CpodError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // By the class that was made, also where a minifier has renamed it.
    this.name = (new.target as { readonly label?: string }).label ?? 'CpodError';
  }
}

/** The client was set up with something that cannot work; nothing was sent. */
export class ConfigurationError extends CpodError {
  static readonly label: string = 'ConfigurationError';
}

/** No answer, or one that broke off: whether the call was done is not known. */
export class ConnectionError extends CpodError {
  static readonly label: string = 'ConnectionError';
}

/** No answer in the time that was given. */
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

/** A pattern of the caller was not applied, so that what it would have matched is still in the value, which is kept back. */
export class PatternRefusedError extends CpodError {
  static readonly label: string = 'PatternRefusedError';
}

/** Members of an error as the backend answers it. */
export interface ApiErrorMembers {
  readonly status: number;
  /** Stable, such as `not_found` or `invalid_grant`. */
  readonly code: string;
  readonly description: string;
  /** Finds the call in the logs and in the audit log. */
  readonly requestId: string;
  /** More exactly than `code`, where there is something; empty else. */
  readonly reason: string;
  readonly fields: readonly FieldError[];
  /** What the backend asked to wait before the next try; `null` when it did not. */
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

/** 400: the request is not one that the backend takes; `fields` names what of it. */
export class InvalidRequestError extends ApiError {
  static override readonly label: string = 'InvalidRequestError';
}
/** 401: no token, or one that is not good any more. */
export class UnauthorizedError extends ApiError {
  static override readonly label: string = 'UnauthorizedError';
}
/** 403: the scope or the tenant's policy does not allow it; `reason` says which. */
export class ForbiddenError extends ApiError {
  static override readonly label: string = 'ForbiddenError';
}
/** 404: there is no such thing, or it is another tenant's. */
export class NotFoundError extends ApiError {
  static override readonly label: string = 'NotFoundError';
}
/** 409. */
export class ConflictError extends ApiError {
  static override readonly label: string = 'ConflictError';
}
/** 410: a cursor or a place in a stream that is kept no more. */
export class GoneError extends ApiError {
  static override readonly label: string = 'GoneError';
}
/** 412: it has been changed since; get it again and repeat the change on that. */
export class PreconditionFailedError extends ApiError {
  static override readonly label: string = 'PreconditionFailedError';
}
/** 422: well formed, and not possible; also an idempotency key that was used for another request. */
export class UnprocessableError extends ApiError {
  static override readonly label: string = 'UnprocessableError';
}
/** 429: `retryAfterSeconds` says when the next call goes through. */
export class RateLimitedError extends ApiError {
  static override readonly label: string = 'RateLimitedError';
}
/** 5xx: the backend cannot answer or decide now. Never take it for a permission. */
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

/** The error of its status. */
export function apiError(members: ApiErrorMembers): ApiError {
  const { status } = members;
  const Kind = BY_STATUS[status] ?? (status >= 500 ? UnavailableError : ApiError);
  return new Kind(members);
}
