import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { EvaluateFlagResponse } from '../../../kernel/grpc/generated/coresdk/v1/flags';
import { prepare } from '../../../kernel/grpc/prepared-answer';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import type { EvaluationErrorCode, FlagEvaluation } from '../contract/flag-evaluation.types';

/** Code of the problem behind an evaluation's error. */
const PROBLEM: Readonly<Record<EvaluationErrorCode, ErrorCode>> = {
  FLAG_NOT_FOUND: 'not_found',
  PARSE_ERROR: 'unprocessable',
  TYPE_MISMATCH: 'unprocessable',
  GENERAL: 'unprocessable',
};

/** OpenFeature's word for an error of the call itself; others have none. */
const REASON_OF: Partial<Record<ErrorCode, string>> = {
  unavailable: 'PROVIDER_NOT_READY',
  deadline_exceeded: 'PROVIDER_NOT_READY',
};

/** The answers for evaluations that a flag set makes once and gives again and again. */
const answers = new WeakMap<FlagEvaluation, EvaluateFlagResponse>();

/**
 * An evaluation as it goes over the wire. The message has no member for an error code, so `reason` is OpenFeature's reason,
 * and where that is ERROR the code that says why: FLAG_NOT_FOUND.
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

/** The answer when a flag could not even be asked for: off. */
export function refusedFlag(error: AppError): EvaluateFlagResponse {
  const isContext = error.fields.some(({ code }) => code === 'invalid_context');
  const reason = isContext ? 'INVALID_CONTEXT' : (REASON_OF[error.code] ?? 'ERROR');
  return { enabled: false, variant: '', reason, error: problemOf(error) };
}
