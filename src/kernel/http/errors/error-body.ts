import { type AppError, outageOf } from '../../errors/app-error';
import { type ErrorCode, HTTP_STATUS, PROBLEM_TYPE, TITLE } from '../../errors/error-tables';
import { OUTAGES } from '../../errors/reason';

/** An error response: status, headers and body (rest.md §1). */
export interface ErrorAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Returns the response for an error: `{error, error_description, status, request_id}`, with a machine-readable `reason` if there is one
 * (always in a 503) and field errors. If the caller's `Accept` contains `application/problem+json`, the same content is returned in the
 * format of RFC 9457.
 * @param code the code to show, if a protocol defines its own codes.
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
  const reason = error.reason ?? (status === 503 ? shownCode(error.code) : null);
  const members = {
    error: options.code ?? shownCode(error.code),
    error_description: options.description ?? error.message,
    status,
    request_id: options.requestId,
    ...(reason === null ? {} : { reason }),
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
  };
  const headers = status === 503 ? { 'Retry-After': retryAfter(error), ...error.headers } : error.headers;
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

function retryAfter(error: AppError): string {
  const reason = outageOf(error);
  return String(reason === null ? 1 : OUTAGES[reason].retryAfterSeconds);
}

/** Returns the code to show. rest.md §1 defines one code for all outages, and the reason adds the detail. */
function shownCode(code: ErrorCode): ErrorCode {
  return code === 'deadline_exceeded' ? 'unavailable' : code;
}
