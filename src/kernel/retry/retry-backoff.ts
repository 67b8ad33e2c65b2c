/** The delays between attempts at the same operation. */
export interface RetryPlan {
  /** Delay after the first failure. */
  readonly firstMs: number;
  /** Maximum delay. */
  readonly maxMs: number;
  /** Factor by which each delay grows. */
  readonly factor: number;
}

/**
 * Returns the delay before the next attempt, in milliseconds. The delay grows each time, and is shortened by a random part of up to half,
 * so that callers that failed together do not retry together.
 * @param attempts number of failed attempts, from 1. @param chance random value from 0 to 1.
 */
export function backoffMs({ firstMs, maxMs, factor }: RetryPlan, attempts: number, chance: number): number {
  const full = Math.min(maxMs, firstMs * factor ** (attempts - 1));
  return Math.round(full * (1 - chance / 2));
}
