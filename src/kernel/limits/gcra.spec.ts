import { Gcra, gcraState } from './gcra';

/** A limiter whose clock the test controls. */
function limiter(limit: number, windowMs: number, maxKeys = 1_000) {
  let nowMs = 1_000_000;
  const gcra = new Gcra({ limit, windowMs, maxKeys, now: () => nowMs });
  return {
    gcra,
    pass: (ms: number) => {
      nowMs += ms;
    },
    burst: (key: string, count: number) =>
      Array.from({ length: count }, () => gcra.take(key)).filter(({ isOver }) => !isOver).length,
  };
}

describe('a rate limit', () => {
  it('admits exactly its limit in a burst and returns when to retry', () => {
    const { gcra, burst } = limiter(10, 60_000);
    expect(burst('a', 25)).toBe(10);
    expect(gcra.look('a')).toEqual({ isOver: true, remaining: 0, retryAfterMs: 6_000, resetMs: 60_000 });
  });

  it('does not count refused requests, so that repeating them does not prolong the wait', () => {
    const { gcra, burst, pass } = limiter(10, 60_000);
    burst('a', 10);
    for (let knocks = 0; knocks < 100; knocks++) gcra.take('a');
    pass(5_999);
    expect(burst('a', 3)).toBe(0);
    pass(1);
    expect(burst('a', 3)).toBe(1);
  });

  it('has no fixed windows: any period admits only the regained capacity', () => {
    const { burst, pass } = limiter(10, 60_000);
    burst('a', 10);
    let through = 0;
    for (let step = 0; step < 600; step++) {
      pass(100);
      through += burst('a', 5);
    }
    expect(through).toBe(10);
    pass(60_000);
    expect(burst('a', 50)).toBe(10);
  });

  it.each([3, 7, 600, 5_999])('of %d is exact even if its interval is not an integer', (limit) => {
    const { gcra, burst, pass } = limiter(limit, 60_000);
    expect(burst('a', limit + 10)).toBe(limit);
    expect(gcra.look('a').resetMs).toBeCloseTo(60_000, 3);
    pass(30_000);
    expect(Math.abs(burst('a', limit) - limit / 2)).toBeLessThanOrEqual(0.5);
  });

  it('reports the remaining requests', () => {
    const { gcra, pass } = limiter(3, 3_000);
    expect([0, 1, 2, 3].map(() => gcra.take('a').remaining)).toEqual([3, 2, 1, 0]);
    pass(1_000);
    expect(gcra.look('a')).toEqual({ isOver: false, remaining: 1, retryAfterMs: 0, resetMs: 2_000 });
    pass(10_000);
    expect(gcra.look('a')).toEqual({ isOver: false, remaining: 3, retryAfterMs: 0, resetMs: 0 });
  });

  it('can be checked without counting, and keeps keys separate', () => {
    const { gcra, burst } = limiter(2, 1_000);
    for (let looks = 0; looks < 10; looks++) gcra.look('a');
    expect(burst('a', 5)).toBe(2);
    expect(burst('b', 5)).toBe(2);
    expect(gcra.size).toBe(2);
  });

  it('stores a limited number of keys and drops the least recently counted key', () => {
    const { gcra, burst } = limiter(2, 1_000, 3);
    for (const key of ['a', 'b', 'c']) burst(key, 2);
    burst('a', 1);
    for (const key of ['d', 'e']) burst(key, 1);
    expect(gcra.size).toBe(3);
    expect(gcra.look('c').isOver).toBe(true);
    expect(gcra.look('a').isOver).toBe(false);
  });
});

describe('a call with a cost', () => {
  const rate = { intervalMs: 1_000, capacityMs: 10_000 };

  it('can be retried once there is room for its full cost', () => {
    expect(gcraState(rate, 8_000, 5)).toEqual({ isOver: true, remaining: 2, retryAfterMs: 3_000, resetMs: 8_000 });
    expect(gcraState(rate, 5_000, 5)).toEqual({ isOver: false, remaining: 5, retryAfterMs: 0, resetMs: 5_000 });
  });
});
