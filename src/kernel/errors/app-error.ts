import type { ErrorCode } from './error-tables';
import { isOutage, OUTAGES, type OutageReason, type Reason } from './reason';

/** A fault in one member of a request body; `pointer` is a JSON Pointer (RFC 6901), empty for the whole body. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Optional parts of an {@link AppError}, in addition to its code and message. */
export interface AppErrorOptions {
  /** For the log only; never shown to a caller. */
  readonly cause?: unknown;
  /** Machine-readable detail, for errors whose code is not specific enough. */
  readonly reason?: Reason;
  readonly fields?: readonly FieldError[];
  /** Response headers that belong to the error, such as `WWW-Authenticate` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of a 200 response that is a denial, on REST paths whose clients treat every error as an outage. */
  readonly denial?: object;
}

/**
 * An error with a public part (`code` and `message`, which say what the caller should change) and a private part for the log (`cause`). The
 * code that detects the fault throws it, and the surface maps it once. The message never contains a secret, a token or SQL.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: Reason | null;
  readonly fields: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly denial: object | null;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.reason = options.reason ?? null;
    this.fields = options.fields ?? [];
    this.headers = options.headers ?? {};
    this.denial = options.denial ?? null;
  }
}

/**
 * Returns the error to show for any thrown value: an {@link AppError} as is, and any other value as `internal` with the value as its cause.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('internal', 'The server could not complete the request.', { cause: thrown });
}

/** Returns the error for a decision that could not be made. Its message is the reason's default message unless `options` contains one. */
export function outage(
  reason: OutageReason,
  options: { readonly message?: string; readonly cause?: unknown } = {},
): AppError {
  const code = reason === 'deadline' ? 'deadline_exceeded' : 'unavailable';
  return new AppError(code, options.message ?? OUTAGES[reason].message, { reason, cause: options.cause });
}

/** Returns the outage behind an error; `null` if the error is not an outage or its reason is unknown. */
export function outageOf(thrown: unknown): OutageReason | null {
  if (!(thrown instanceof AppError) || thrown.reason === null) return null;
  return isOutage(thrown.reason) ? thrown.reason : null;
}
