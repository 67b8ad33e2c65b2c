import type { WorkLimit } from './work-limit';

/** What goes with one evaluation of one expression. */
export interface Run {
  readonly work: WorkLimit;
  readonly flagKey: string;
  /** Of the context, within loops too. */
  readonly targetingKey: unknown;
}

/** A prepared part of an expression. @param data what `var` looks into: the context, or the element of a loop. */
export type Step = (data: unknown, run: Run) => unknown;

/** A part that is no expression: an error whenever it is evaluated. */
export const failing: Step = () => {
  throw new TypeError('There is an operator that does not fit.');
};

/** As JavaScript writes it, lists and objects too. Throws for an object of a context that says it cannot be written. */
export function asText(value: unknown): string {
  return String(value);
}

/** As JSON Logic says: nothing, 0, the empty text, list and object are false. */
export function isTruthy(value: unknown, { work }: Run): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  const { length } = Object.keys(value);
  work.charge(length);
  return length > 0;
}
