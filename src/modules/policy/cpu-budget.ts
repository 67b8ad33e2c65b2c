import { Budget, limitsOf } from '@coresdk/rego/node';

/**
 * Returns the budget for a decision in a worker thread. It limits CPU time, which does not depend on the machine's load.
 * @param deadlineMs the time that the caller waits; unlimited by default.
 */
export function cpuBudget(cpuMs: number, deadlineMs = Number.POSITIVE_INFINITY): Budget {
  return new Budget(limitsOf({ cpuMs, deadlineMs, maxSteps: Number.POSITIVE_INFINITY }));
}
