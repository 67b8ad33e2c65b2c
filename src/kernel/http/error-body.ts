import type { AppError } from '../errors/app-error';
import { HTTP_STATUS, PROBLEM_TYPE, TITLE } from '../errors/error-tables';

/** An error as it goes out: status, headers and body (rest.md §1). */
export interface ErrorAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answer for an error: `{error, error_description, status, request_id}` with field errors beside them, or the same
 * as RFC 9457 when the caller's `Accept` prefers `application/problem+json`.
 * @param code the code to show, where a protocol has its own word for it.
 */
export function errorAnswer(
  error: AppError,
  options: {
    readonly requestId: string;
    readonly accept: string | undefined;
    readonly code?: string;
    readonly description?: string;
  },
): ErrorAnswer {
  const status = HTTP_STATUS[error.code];
  const members = {
    error: options.code ?? error.code,
    error_description: options.description ?? error.message,
    status,
    request_id: options.requestId,
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
  };
  const headers = status === 503 ? { 'Retry-After': '1', ...error.headers } : error.headers;
  if (options.accept?.includes('application/problem+json') === true) {
    const problem = {
      type: PROBLEM_TYPE[error.code],
      title: TITLE[error.code],
      detail: members.error_description,
      ...members,
    };
    return { status, headers, contentType: 'application/problem+json', body: JSON.stringify(problem) };
  }
  return { status, headers, contentType: 'application/json; charset=utf-8', body: JSON.stringify(members) };
}
