import fc from 'fast-check';
import { limitOf } from '../domain/limit';
import { LeasedTokens } from './leased-tokens';
import { LocalBuckets } from './local-buckets';
import { LocalLeases } from './local-leases';

describe('counts in memory', () => {
  let nowMs = 0;
  const now = (): number => nowMs;

  beforeEach(() => {
    nowMs = 1_000;
  });

  it('never let more through than burst and rate, in any window, and always what is left of them', () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 10, windowSeconds: 1, burst: 4 });
    const steps = fc.array(
      fc.record({ waitMs: fc.integer({ min: 0, max: 400 }), cost: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(steps, (calls) => {
        const buckets = new LocalBuckets(100, now);
        const passed: { atMs: number; cost: number }[] = [];
        // A bucket of tokens, which is the same rule said the other way round.
        let tokens = 4;
        for (const { waitMs, cost } of calls) {
          nowMs += waitMs;
          tokens = Math.min(4, tokens + waitMs / 100);
          const allowed = buckets.take('k', limit, cost) >= 0;
          expect(allowed).toBe(tokens + 1e-6 >= cost);
          if (!allowed) continue;
          tokens -= cost;
          passed.push({ atMs: nowMs, cost });
        }
        for (const { atMs } of passed) {
          const within = passed.filter((call) => call.atMs >= atMs && call.atMs < atMs + 1_000);
          expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(4 + 10);
        }
      }),
    );
  });

  it('of a refused call tell how full the key is, and cost nothing', () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 2, windowSeconds: 60 });
    const buckets = new LocalBuckets(100, now);
    expect([1, 2, 3, 4].map(() => buckets.take('k', limit, 1))).toEqual([30_000, 60_000, -60_001, -60_001]);
    nowMs += 30_000;
    expect(buckets.take('k', limit, 1)).toBe(60_000);
  });

  it('are bounded however many keys there are, and forget what was counted longest ago', () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 1, windowSeconds: 60 });
    const buckets = new LocalBuckets(1_000, now);
    for (let key = 0; key < 50_000; key++) buckets.take(`key ${key}`, limit, 1);
    expect(buckets.size).toBe(1_000);
    expect(buckets.take('key 49999', limit, 1)).toBeLessThan(0);
    expect(buckets.take('key 1', limit, 1)).toBeGreaterThanOrEqual(0);
  });
});

describe('places in memory', () => {
  it('are as many as the limit, free when given back or when their time is over', () => {
    let nowMs = 0;
    const leases = new LocalLeases(() => nowMs);
    expect(['a', 'b', 'c'].map((id) => leases.acquire('n', id, 2, 100))).toEqual([true, true, false]);
    leases.release('n', 'b');
    leases.release('n', 'unknown');
    expect(leases.acquire('n', 'd', 2, 200)).toBe(true);
    nowMs = 100;
    expect(['e', 'f'].map((id) => leases.acquire('n', id, 2, 100))).toEqual([true, false]);
    expect(leases.acquire('other', 'a', 1, 100)).toBe(true);
  });
});

describe('calls counted ahead', () => {
  let nowMs = 0;
  const tokens = (replicas = 3): LeasedTokens =>
    new LeasedTokens(
      () => replicas,
      () => nowMs,
    );
  const large = limitOf({ policy: 'p', source: 'tenant', limit: 60_000, windowSeconds: 60 });

  beforeEach(() => {
    nowMs = 0;
  });

  it('are none for a limit of which a hundredth is not worth it: it stays exact to the call', () => {
    const small = limitOf({ policy: 'p', source: 'tenant', limit: 2_999, windowSeconds: 60 });
    const leased = tokens();
    leased.add('t', 'n', 'k', small, 0);
    expect(leased.ahead('k', small)).toBe(0);
  });

  it('grow while they are used up in time, to a hundredth of the limit over all processes', () => {
    const leased = tokens();
    leased.add('t', 'n', 'k', large, 0);
    const asked: number[] = [];
    for (let round = 0; round < 12; round++) {
      const ahead = leased.ahead('k', large);
      asked.push(ahead);
      leased.add('t', 'n', 'k', large, ahead);
      for (let left = ahead; left > 0; left--) expect(leased.use('k', large)).toBe(left - 1);
      expect(leased.use('k', large)).toBe(-1);
    }
    expect(asked.slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(asked.at(-1)).toBe(200);
  });

  it('are given back when nobody came for them, and serve no other limit', () => {
    const leased = tokens();
    leased.add('t', 'n', 'k', large, 5);
    expect(leased.use('k', limitOf({ policy: 'p', source: 'tenant', limit: 50_000, windowSeconds: 60 }))).toBe(-1);
    expect(leased.use('k', large)).toBe(4);
    expect(leased.lapsed()).toEqual([]);
    nowMs = 501;
    expect(leased.use('k', large)).toBe(-1);
    expect(leased.lapsed()).toEqual([{ key: 'k', tenantId: 't', name: 'n', filledMs: 4 }]);
    expect(leased.lapsed()).toEqual([]);
  });
});
