import { Budget, limitsOf } from '@coresdk/rego/node';

/**
 * The budget of a decision in a thread of its own: processor time, which a busy machine does not use up.
 * @param deadlineMs how long the caller waits; without end when left out.
 */
export function cpuBudget(cpuMs: number, deadlineMs = Number.POSITIVE_INFINITY): Budget {
  return new Budget(limitsOf({ cpuMs, deadlineMs, maxSteps: Number.POSITIVE_INFINITY }));
}
