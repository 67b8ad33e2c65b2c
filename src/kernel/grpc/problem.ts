import { AppError } from '../errors/app-error';
import { type ErrorCode, HTTP_STATUS, PROBLEM_TYPE, TITLE } from '../errors/error-tables';
import type { ProblemDetail } from './generated/coresdk/v1/common';

/** Key for the machine-readable reason in `ProblemDetail.extensions`. */
export const REASON = 'reason';

/**
 * Returns the `ProblemDetail` for an error, with a short ASCII message (wire contract §2.7).
 * @param reason machine-readable reason, such as `token_expired`. Default: the error's own reason, or its code.
 */
export function problemOf(error: AppError, reason: string = error.reason ?? error.code): ProblemDetail {
  return {
    type: PROBLEM_TYPE[error.code],
    title: TITLE[error.code],
    status: HTTP_STATUS[error.code],
    detail: error.message,
    instance: '',
    extensions: { [REASON]: reason },
  };
}

/** Returns the problem for a code and a message. */
export function problem(code: ErrorCode, detail: string, reason?: string): ProblemDetail {
  return problemOf(new AppError(code, detail), reason);
}
