import { LimitExceeded, RegoError } from '../errors.js';
import type { Evaluation } from '../policy-engine.js';
import { goJson } from './json-text.js';

/** OPA's codes of errors (`server/types`). */
export type ApiErrorCode =
  | 'internal_error'
  | 'invalid_operation'
  | 'invalid_parameter'
  | 'resource_conflict'
  | 'resource_not_found'
  | 'unauthorized'
  | 'undefined_document';

/** An answer that is an error, in OPA's form. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: ApiErrorCode,
    message: string,
    /** As JSON values. */
    readonly errors: readonly unknown[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The body of the answer. */
  get body(): string {
    const { code, message, errors } = this;
    return `${goJson(errors.length === 0 ? { code, message } : { code, message, errors }, 2)}\n`;
  }
}

export const invalidParameter = (message: string): ApiError => new ApiError(400, 'invalid_parameter', message);

/** The file of queries, which OPA leaves without a name. */
const QUERY = 'query';

/** An error of a policy as OPA writes it. `textOf`: the source of a module, whose line OPA tells with a fault of syntax. */
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

/** The errors of a policy as one text, as OPA joins them. */
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

/** The error of an evaluation that failed, or that took more than it may. */
export const evaluationError = (failure: Extract<Evaluation, { outcome: 'error' | 'limit' }>): ApiError =>
  evaluationFailed(failureData(failure));

/** The same, with the failure as JSON. */
export const evaluationFailed = (failure: unknown): ApiError =>
  new ApiError(500, 'internal_error', 'error(s) occurred while evaluating query', [failure]);

/** The error of `/v0/data` for a document that has no value. @param stands whether a rule may give it one. */
export const undefinedDocument = (reference: string, stands: boolean): ApiError =>
  new ApiError(404, 'undefined_document', `document ${stands ? 'undefined' : 'missing'}: ${reference}`);

/** A failed evaluation as JSON: an error of the policy, or a limit as OPA reports that an evaluation was ended. */
export function failureData(failure: Extract<Evaluation, { outcome: 'error' | 'limit' }>): unknown {
  return failure.outcome === 'error'
    ? errorData(failure.error)
    : { code: 'eval_cancel_error', message: failure.message };
}

/** Turns an error of a handler into an answer. A fault of this program reveals no details. */
export function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof LimitExceeded) {
    return evaluationError({ outcome: 'limit', limit: thrown.limit, message: thrown.message });
  }
  if (thrown instanceof RegoError) return evaluationError({ outcome: 'error', error: thrown });
  return new ApiError(500, 'internal_error', 'the request could not be handled; the log says why');
}
