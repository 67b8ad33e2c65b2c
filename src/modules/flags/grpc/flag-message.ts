import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { EvaluateFlagResponse } from '../../../kernel/grpc/generated/coresdk/v1/flags';
import { prepare } from '../../../kernel/grpc/prepared-answer';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import type { EvaluationErrorCode, FlagEvaluation } from '../contract/flag-evaluation.types';

/** The problem code for an evaluation's error. */
const PROBLEM: Readonly<Record<EvaluationErrorCode, ErrorCode>> = {
  FLAG_NOT_FOUND: 'not_found',
  PARSE_ERROR: 'unprocessable',
  TYPE_MISMATCH: 'unprocessable',
  GENERAL: 'unprocessable',
};

/** OpenFeature's error code for an error in the call itself; other errors have no such code. */
const REASON_OF: Partial<Record<ErrorCode, string>> = {
  unavailable: 'PROVIDER_NOT_READY',
  deadline_exceeded: 'PROVIDER_NOT_READY',
};

/** Cached responses for evaluations that a flag set returns repeatedly. */
const answers = new WeakMap<FlagEvaluation, EvaluateFlagResponse>();

/**
 * Returns an evaluation in its wire format. The message has no field for an error code, so `reason` is OpenFeature's reason or, if that is
 * ERROR, the error code, such as FLAG_NOT_FOUND.
 */
export function toEvaluateFlagResponse(evaluation: FlagEvaluation): EvaluateFlagResponse {
  const known = answers.get(evaluation);
  if (known) return known;
  const { enabled, variant, reason, errorCode, errorMessage } = evaluation;
  if (errorCode !== null) {
    return { enabled, variant: '', reason: errorCode, error: problem(PROBLEM[errorCode], errorMessage, errorCode) };
  }
  const answer = { enabled, variant: variant ?? '', reason, error: null };
  if (reason !== 'STALE') answers.set(evaluation, prepare(answer));
  return answer;
}

/** Returns the response for a flag that could not be evaluated. In this response, the flag is off. */
export function refusedFlag(error: AppError): EvaluateFlagResponse {
  const isContext = error.fields.some(({ code }) => code === 'invalid_context');
  const reason = isContext ? 'INVALID_CONTEXT' : (REASON_OF[error.code] ?? 'ERROR');
  return { enabled: false, variant: '', reason, error: problemOf(error) };
}
