import { LimitExceeded } from '../errors';
import type { Budget } from '../evaluate/budget';

/** Work over its deadline may end so much later. */
const GRACE_MS = 10;
/**
 * What takes less is not worth a look at the clock, which itself costs a quarter of a microsecond here: the steps that it
 * is charged end the evaluation, 1,024 of them later. Nor is a small policy denied because others had the processor.
 */
const NEGLIGIBLE_MS = 0.01;

/** Refuses work that cannot be ended once begun (a library's, or a parser's) and would not be done by the deadline. */
export function reserveTime(budget: Budget, estimatedMs: number): void {
  if (estimatedMs > NEGLIGIBLE_MS && estimatedMs > budget.remainingMs() + GRACE_MS) {
    throw new LimitExceeded('deadline', `the evaluation took longer than ${budget.limits.deadlineMs} ms`);
  }
}
