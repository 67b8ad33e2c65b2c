import type { FlagMetadata } from './flag-document.types';

/** The reason for the result of an evaluation (OpenFeature specification, types#resolution-reason). */
export type EvaluationReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'STALE' | 'ERROR';

/** The OpenFeature error codes that evaluations can return. */
export type EvaluationErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL';

/** The evaluation of one flag. */
export interface FlagEvaluation {
  readonly key: string;
  /**
   * True if the flag is on: its value is not `false`, 0 or an empty string, and its variant is not named `off`. Therefore, a boolean flag
   * is on if it is true.
   */
  readonly enabled: boolean;
  /** If absent, the caller's own default applies (the flag is disabled or has no default variant, or there was an error). */
  readonly value?: unknown;
  /** `null` if there is no value. */
  readonly variant: string | null;
  readonly reason: EvaluationReason;
  readonly errorCode: EvaluationErrorCode | null;
  /** Empty if there is no error. */
  readonly errorMessage: string;
  readonly metadata: FlagMetadata;
}

/** The attributes that flags target: `targetingKey` and any other attributes. */
export type EvaluationContext = Readonly<Record<string, unknown>>;
