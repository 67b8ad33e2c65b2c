import { MAX_ATTEMPTS, retryAfterMs } from './retry';

describe('the wait before the next attempt', () => {
  it('doubles up to a limit, less up to a half by chance', () => {
    expect([1, 2, 3].map((attempts) => retryAfterMs(attempts, 0))).toEqual([1_000, 2_000, 4_000]);
    expect(retryAfterMs(1, 1)).toBe(500);
    expect(retryAfterMs(MAX_ATTEMPTS * 10, 0)).toBe(300_000);
  });
});
