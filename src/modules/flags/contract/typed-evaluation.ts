import type { FlagEvaluation } from './flag-evaluation.types';

/** The flag types of OpenFeature. */
export type FlagType = 'boolean' | 'string' | 'number' | 'object';

/**
 * Returns an evaluation for a caller that expects a value of a certain type and has a default (OpenFeature specification §1.4). Returns the
 * default if the flag has no value, and `TYPE_MISMATCH` if the value has a different type.
 */
export function typedEvaluation<T>(evaluation: FlagEvaluation, type: FlagType, fallback: T): FlagEvaluation {
  const { key, value, metadata } = evaluation;
  if (value === undefined) return { ...evaluation, value: fallback };
  if (typeof value === type) return evaluation;
  const errorMessage = `The value of the flag is a ${typeof value}, not a ${type}.`;
  const mismatch = { reason: 'ERROR', errorCode: 'TYPE_MISMATCH', errorMessage } as const;
  return { key, enabled: false, value: fallback, variant: null, ...mismatch, metadata };
}

/** Returns the type of a default, or `null` for types that no flag can have. */
export function flagTypeOf(value: unknown): FlagType | null {
  if (value === null) return null;
  const type = typeof value;
  return type === 'boolean' || type === 'string' || type === 'number' || type === 'object' ? type : null;
}
