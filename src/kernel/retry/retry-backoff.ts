/** How attempts at the same thing are spaced. */
export interface RetryPlan {
  /** The wait after the first failure. */
  readonly firstMs: number;
  /** The longest wait. */
  readonly maxMs: number;
  /** Each wait is so many times the one before. */
  readonly factor: number;
}

/**
 * How long to wait before the next attempt, in milliseconds: longer each time, less up to a half by chance, so that those who
 * failed together do not come back together.
 * @param attempts that failed, from 1 on. @param chance 0 to 1.
 */
export function backoffMs({ firstMs, maxMs, factor }: RetryPlan, attempts: number, chance: number): number {
  const full = Math.min(maxMs, firstMs * factor ** (attempts - 1));
  return Math.round(full * (1 - chance / 2));
}
