import { LimitExceeded } from '../errors';
import type { Budget } from '../evaluate/budget';

/** Work over its deadline may end so much later. */
const GRACE_MS = 10;

/** Refuses work that cannot be ended once begun (a library's, or a parser's) and would not be done by the deadline. */
export function reserveTime(budget: Budget, estimatedMs: number): void {
  if (estimatedMs > budget.remainingMs() + GRACE_MS) {
    throw new LimitExceeded('deadline', `the evaluation took longer than ${budget.limits.deadlineMs} ms`);
  }
}
