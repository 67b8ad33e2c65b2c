import type { FlagMetadata } from './flag-document.types';

/** Why an evaluation came out as it did (OpenFeature specification, types#resolution-reason). */
export type EvaluationReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'STALE' | 'ERROR';

/** OpenFeature's error codes, as far as evaluations here have them. */
export type EvaluationErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL';

/** The evaluation of one flag. */
export interface FlagEvaluation {
  readonly key: string;
  /**
   * Whether the flag is on: it has a value, and that is neither `false`, 0 nor an empty text, nor of a variant named
   * `off`. So a boolean flag is on when it is true.
   */
  readonly enabled: boolean;
  /** Absent: the caller's own default stands (disabled, no default variant, an error). */
  readonly value?: unknown;
  /** `null` without a value. */
  readonly variant: string | null;
  readonly reason: EvaluationReason;
  readonly errorCode: EvaluationErrorCode | null;
  /** Empty without an error. */
  readonly errorMessage: string;
  readonly metadata: FlagMetadata;
}

/** What flags are targeted by: `targetingKey` and any attributes. */
export type EvaluationContext = Readonly<Record<string, unknown>>;
