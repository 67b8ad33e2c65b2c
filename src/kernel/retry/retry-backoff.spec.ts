import { backoffMs } from './retry-backoff';

const PLAN = { firstMs: 1_000, maxMs: 300_000, factor: 2 };

describe('the wait before the next attempt', () => {
  it('grows up to a limit and is shortened at random by up to half', () => {
    expect([1, 2, 3].map((attempts) => backoffMs(PLAN, attempts, 0))).toEqual([1_000, 2_000, 4_000]);
    expect(backoffMs(PLAN, 1, 1)).toBe(500);
    expect(backoffMs(PLAN, 5_000, 0)).toBe(300_000);
  });
});
