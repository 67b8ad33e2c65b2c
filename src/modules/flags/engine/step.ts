import type { WorkLimit } from './work-limit';

/** The state of one evaluation of one expression. */
export interface Run {
  readonly work: WorkLimit;
  readonly flagKey: string;
  /** The data from the context, including within loops. */
  readonly targetingKey: unknown;
}

/**
 * A prepared part of an expression.
 * @param data the object that `var` reads: the context, or the element of a loop.
 */
export type Step = (data: unknown, run: Run) => unknown;

/** The step for an invalid expression: every evaluation fails. */
export const failing: Step = () => {
  throw new TypeError('The expression has an invalid operator.');
};

/**
 * Returns the string form that JavaScript uses for a value, including lists and objects. Throws for an object from a context that cannot be
 * converted.
 */
export function asText(value: unknown): string {
  return String(value);
}

/** Returns the truth value of JSON Logic: null, 0, the empty string, an empty list and an empty object are false. */
export function isTruthy(value: unknown, { work }: Run): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  const { length } = Object.keys(value);
  work.charge(length);
  return length > 0;
}
