import type { FlagMetadata } from './flag-document.types';

/** The reason for the result of an evaluation (OpenFeature specification, types#resolution-reason). */
export type EvaluationReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'STALE' | 'ERROR';

/** The OpenFeature error codes that evaluations can return. */
export type EvaluationErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL';

/** The evaluation of one flag. */
export interface FlagEvaluation {
  readonly key: string;
  /**
   * True if the flag is on: its value is neither `false`, 0 nor an empty string, nor is its variant named `off`. So a boolean flag is on if
   * it is true.
   */
  readonly enabled: boolean;
  /** Absent: the caller's own default applies (disabled, no default variant, an error). */
  readonly value?: unknown;
  /** `null` if there is no value. */
  readonly variant: string | null;
  readonly reason: EvaluationReason;
  readonly errorCode: EvaluationErrorCode | null;
  /** Empty if there is no error. */
  readonly errorMessage: string;
  readonly metadata: FlagMetadata;
}

/** The attributes that flags target: `targetingKey` and any others. */
export type EvaluationContext = Readonly<Record<string, unknown>>;
