import type { FlagMetadata } from './flag-document.types';

/** The reason for the result of an evaluation (OpenFeature specification, types#resolution-reason). */
export type EvaluationReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'STALE' | 'ERROR';

/** Those of OpenFeature's error codes that evaluations here can have. */
export type EvaluationErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL';

/** The evaluation of one flag. */
export interface FlagEvaluation {
  readonly key: string;
  /**
   * True when the flag is on: it has a value that is neither `false`, 0 nor an empty text, nor of a variant named `off`. So a boolean flag
   * is on when it is true.
   */
  readonly enabled: boolean;
  /** Absent: the caller's own default applies (disabled, no default variant, an error). */
  readonly value?: unknown;
  /** `null` without a value. */
  readonly variant: string | null;
  readonly reason: EvaluationReason;
  readonly errorCode: EvaluationErrorCode | null;
  /** Empty without an error. */
  readonly errorMessage: string;
  readonly metadata: FlagMetadata;
}

/** The attributes that flags target: `targetingKey` and any others. */
export type EvaluationContext = Readonly<Record<string, unknown>>;
