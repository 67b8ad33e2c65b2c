import { AppError } from '../errors/app-error';
import { type ErrorCode, HTTP_STATUS, PROBLEM_TYPE, TITLE } from '../errors/error-tables';
import type { ProblemDetail } from './generated/coresdk/v1/common';

/** Key in `ProblemDetail.extensions` of the machine-readable reason. */
export const REASON = 'reason';

/**
 * A `ProblemDetail` for an error, in short ASCII words (wire contract §2.7).
 * @param reason machine-readable, such as `token_expired`; the error's own, or its code, when left out.
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

/** The problem for a code and words. */
export function problem(code: ErrorCode, detail: string, reason?: string): ProblemDetail {
  return problemOf(new AppError(code, detail), reason);
}
