import type { FlagEvaluation } from './flag-evaluation.types';

/** The kinds of flags that OpenFeature has. */
export type FlagType = 'boolean' | 'string' | 'number' | 'object';

/**
 * An evaluation for a caller who wants a value of one type, and has a default of it (OpenFeature specification §1.4): the
 * default where the flag gives none, and `TYPE_MISMATCH` where it gives another.
 */
export function typedEvaluation<T>(evaluation: FlagEvaluation, type: FlagType, fallback: T): FlagEvaluation {
  const { key, value, metadata } = evaluation;
  if (value === undefined) return { ...evaluation, value: fallback };
  if (typeof value === type) return evaluation;
  const errorMessage = `The flag gives a ${typeof value}, not a ${type}.`;
  const mismatch = { reason: 'ERROR', errorCode: 'TYPE_MISMATCH', errorMessage } as const;
  return { key, enabled: false, value: fallback, variant: null, ...mismatch, metadata };
}

/** The type of a default; `null` for what no flag can give. */
export function flagTypeOf(value: unknown): FlagType | null {
  if (value === null) return null;
  const type = typeof value;
  return type === 'boolean' || type === 'string' || type === 'number' || type === 'object' ? type : null;
}
