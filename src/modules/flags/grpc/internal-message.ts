import { toAppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { toProblemDetail } from '../../../kernel/grpc/problem-transfer';
import type { ProblemDetail } from '../../../kernel/grpc/generated/coresdk/v1/common';
import type { FlagValue } from '../../../kernel/grpc/generated/cpod/internal/v1/flags';
import type { EvaluationErrorCode, EvaluationReason, FlagEvaluation } from '../contract/flag-evaluation.types';

/** Converts an evaluation to its message, with the value and the metadata as JSON. */
export function toFlagValue(evaluation: FlagEvaluation): FlagValue {
  const { key, enabled, value, variant, reason, errorCode, errorMessage, metadata } = evaluation;
  return {
    key,
    enabled,
    valueJson: value === undefined ? '' : JSON.stringify(value),
    variant: variant ?? '',
    reason,
    errorCode: errorCode ?? '',
    errorMessage,
    metadataJson: JSON.stringify(metadata),
  };
}

/** Converts a message from {@link toFlagValue} to its evaluation. */
export function fromFlagValue(message: FlagValue): FlagEvaluation {
  const { key, enabled, valueJson, variant, errorMessage, metadataJson } = message;
  return {
    key,
    enabled,
    ...(valueJson === '' ? {} : { value: JSON.parse(valueJson) as unknown }),
    variant: variant === '' ? null : variant,
    reason: message.reason as EvaluationReason,
    errorCode: message.errorCode === '' ? null : (message.errorCode as EvaluationErrorCode),
    errorMessage,
    metadata: metadataJson === '' ? {} : (JSON.parse(metadataJson) as FlagEvaluation['metadata']),
  };
}

/** Converts a refusal to its message. Rethrows internal errors, so that this process logs them. */
export function toRefusal(thrown: unknown): ProblemDetail {
  const error = toAppError(thrown);
  if (HTTP_STATUS[error.code] === 500) throw error;
  return toProblemDetail(error);
}
