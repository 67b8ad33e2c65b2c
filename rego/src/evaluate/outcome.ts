import { LimitExceeded, RegoError } from '../errors.js';
import type { Evaluation } from '../policy-engine.js';

type Failure = Extract<Evaluation, { outcome: 'error' | 'limit' }>;

/** What an evaluation that threw comes to. Rethrows what is a fault of the program, not of a policy. */
export function failureOf(error: unknown): Failure {
  if (error instanceof LimitExceeded) {
    return { outcome: 'limit', limit: error.limit, message: error.message };
  }
  if (error instanceof RegoError) {
    return { outcome: 'error', error };
  }
  // Budgets keep evaluations far from the end of the stack, unless the caller stands near it or a rule's body is very long.
  if (error instanceof RangeError) {
    return {
      outcome: 'limit',
      limit: 'depth',
      message: 'the evaluation nests too deep, or makes a value that is too large',
    };
  }
  throw error;
}
