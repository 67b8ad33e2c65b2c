import { LimitExceeded, RegoError } from '../errors.js';
import type { Evaluation } from '../policy-engine.js';
import { goJson } from './json-text.js';

/** OPA's error codes (`server/types`). */
export type ApiErrorCode =
  | 'internal_error'
  | 'invalid_operation'
  | 'invalid_parameter'
  | 'resource_conflict'
  | 'resource_not_found'
  | 'unauthorized'
  | 'undefined_document';

/** An error response, in OPA's format. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: ApiErrorCode,
    message: string,
    /** Details, as JSON values. */
    readonly errors: readonly unknown[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The response body. */
  get body(): string {
    const { code, message, errors } = this;
    return `${goJson(errors.length === 0 ? { code, message } : { code, message, errors }, 2)}\n`;
  }
}

export const invalidParameter = (message: string): ApiError => new ApiError(400, 'invalid_parameter', message);

/** The file name of queries, which OPA omits from errors. */
const QUERY = 'query';

/** Converts a policy error to OPA's JSON format. `textOf` returns the source of a module, so that a syntax error can quote the line. */
export function errorData(error: RegoError, textOf: (file: string) => string | undefined = () => undefined): unknown {
  const { code, message, location } = error;
  if (location === undefined) return { code, message };
  const { file, row, col } = location;
  const place = { file: file === QUERY ? '' : file, row, col };
  const line = code === 'rego_parse_error' ? textOf(file)?.split('\n')[row - 1] : undefined;
  return {
    code,
    message,
    location: place,
    ...(line === undefined ? {} : { details: { line, idx: Math.max(0, Math.min(col - 1, line.length - 1)) } }),
  };
}

/** Joins policy errors into one string, as OPA does. */
export function errorText(errors: readonly RegoError[]): string {
  const texts = errors.map(({ code, message, location }) => {
    const place = location === undefined ? '' : placeText(location.file, location.row, location.col);
    return `${place}${code}: ${message}`;
  });
  return texts.length === 1
    ? `1 error occurred: ${texts[0] ?? ''}`
    : `${texts.length} errors occurred:\n${texts.join('\n')}`;
}

function placeText(file: string, row: number, col: number): string {
  return file === '' || file === QUERY ? `${row}:${col}: ` : `${file}:${row}: `;
}

/** Returns the error for an evaluation that failed or exceeded a limit. */
export const evaluationError = (failure: Extract<Evaluation, { outcome: 'error' | 'limit' }>): ApiError =>
  evaluationFailed(failureData(failure));

/** Returns the error for a failed evaluation, given the failure as JSON. */
export const evaluationFailed = (failure: unknown): ApiError =>
  new ApiError(500, 'internal_error', 'error(s) occurred while evaluating query', [failure]);

/** Returns the `/v0/data` error for a document without a value. @param stands true if a rule defines the document. */
export const undefinedDocument = (reference: string, stands: boolean): ApiError =>
  new ApiError(404, 'undefined_document', `document ${stands ? 'undefined' : 'missing'}: ${reference}`);

/** Converts a failed evaluation to JSON: a policy error, or an exceeded limit, which OPA reports as a canceled evaluation. */
export function failureData(failure: Extract<Evaluation, { outcome: 'error' | 'limit' }>): unknown {
  return failure.outcome === 'error'
    ? errorData(failure.error)
    : { code: 'eval_cancel_error', message: failure.message };
}

/** Converts a handler's error to an error response. The response to an internal error does not reveal any details. */
export function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof LimitExceeded) {
    return evaluationError({ outcome: 'limit', limit: thrown.limit, message: thrown.message });
  }
  if (thrown instanceof RegoError) return evaluationError({ outcome: 'error', error: thrown });
  return new ApiError(500, 'internal_error', 'the request could not be handled; see the log for the cause');
}
