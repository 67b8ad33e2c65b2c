import fc from 'fast-check';
import { limitOf } from '../domain/limit';
import { LeasedTokens } from './leased-tokens';
import { LocalBuckets } from './local-buckets';
import { LocalLeases } from './local-leases';

describe('in-memory counters', () => {
  let nowMs = 0;
  const now = (): number => nowMs;

  beforeEach(() => {
    nowMs = 1_000;
  });

  it('never exceed burst plus rate in any window, and allow exactly the remaining calls', () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 10, windowSeconds: 1, burst: 4 });
    const steps = fc.array(
      fc.record({ waitMs: fc.integer({ min: 0, max: 400 }), cost: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(steps, (calls) => {
        const buckets = new LocalBuckets(100, now);
        const passed: { atMs: number; cost: number }[] = [];
        // A token bucket, the inverse formulation of the same rule.
        let tokens = 4;
        for (const { waitMs, cost } of calls) {
          nowMs += waitMs;
          tokens = Math.min(4, tokens + waitMs / 100);
          const allowed = buckets.take('t', 'k', limit, cost) >= 0;
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

  it('return the fill level for a refused call, which costs nothing', () => {
    const limit = limitOf({ policy: 'p', source: 'tenant', limit: 2, windowSeconds: 60 });
    const buckets = new LocalBuckets(100, now);
    expect([1, 2, 3, 4].map(() => buckets.take('t', 'k', limit, 1))).toEqual([30_000, 60_000, -60_001, -60_001]);
    nowMs += 30_000;
    expect(buckets.take('t', 'k', limit, 1)).toBe(60_000);
  });

  const hourly = limitOf({ policy: 'p', source: 'tenant', limit: 4, windowSeconds: 3_600 });

  it('are limited in number and evict the least recently used counter', () => {
    const buckets = new LocalBuckets(1_000, now);
    for (let key = 0; key < 50_000; key++) {
      nowMs++;
      buckets.take('t', `key ${key}`, hourly, 4);
    }
    expect(buckets.size).toBe(1_000);
    expect(buckets.take('t', 'key 49999', hourly, 1)).toBeLessThan(0);
    expect(buckets.take('t', 'key 1', hourly, 1)).toBeGreaterThanOrEqual(0);
  });

  it('keep full counters of other tenants during a flood of keys', () => {
    const buckets = new LocalBuckets(1_000, now);
    const others = Array.from({ length: 9 }, (_, index) => `other ${index}`);
    for (const tenant of others) for (let key = 0; key < 40; key++) buckets.take(tenant, `key ${key}`, hourly, 4);
    for (let key = 0; key < 50_000; key++) buckets.take('flood', `key ${key}`, hourly, 1);
    expect(buckets.size).toBe(1_000);
    for (const tenant of others) {
      for (let key = 0; key < 40; key++) expect(buckets.take(tenant, `key ${key}`, hourly, 1)).toBeLessThan(0);
    }
  });

  it('make room for a late tenant by evicting from the tenant with the most counters', () => {
    const buckets = new LocalBuckets(1_000, now);
    for (let key = 0; key < 2_000; key++) buckets.take('flood', `key ${key}`, hourly, 1);
    for (let key = 0; key < 500; key++) buckets.take('late', `key ${key}`, hourly, 4);
    for (let key = 0; key < 5_000; key++) buckets.take('flood', `more ${key}`, hourly, 1);
    for (let key = 0; key < 500; key++) expect(buckets.take('late', `key ${key}`, hourly, 1)).toBeLessThan(0);
    expect(buckets.size).toBe(1_000);
  });

  it("keep a tenant's idle full counter during a flood of its nearly empty counters", () => {
    const buckets = new LocalBuckets(1_000, now);
    buckets.take('t', 'victim', hourly, 4);
    for (let key = 0; key < 50_000; key++) buckets.take('t', `key ${key}`, hourly, 1);
    expect(buckets.take('t', 'victim', hourly, 1)).toBeLessThan(0);
  });

  it('evict drained counters first, regardless of their tenant', () => {
    const buckets = new LocalBuckets(1_000, now);
    const brief = limitOf({ policy: 'p', source: 'tenant', limit: 1, windowSeconds: 1 });
    for (let key = 0; key < 400; key++) buckets.take('idle', `key ${key}`, brief, 1);
    nowMs += 1_000;
    for (let key = 0; key < 1_000; key++) buckets.take('busy', `key ${key}`, hourly, 4);
    expect(buckets.size).toBe(1_000);
    for (let key = 0; key < 1_000; key++) expect(buckets.take('busy', `key ${key}`, hourly, 1)).toBeLessThan(0);
  });
});

describe('in-memory leases', () => {
  it('are limited in number, and become free when they are released or expire', () => {
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

describe('leased tokens', () => {
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

  it('are not used for small limits, which stay exact', () => {
    const small = limitOf({ policy: 'p', source: 'tenant', limit: 2_999, windowSeconds: 60 });
    const leased = tokens();
    leased.add('t', 'n', 'k', small, 0, 0);
    expect(leased.ahead('k', small)).toBe(0);
  });

  it('grow as long as they are used up in time, up to a hundredth of the limit across all processes', () => {
    const leased = tokens();
    leased.add('t', 'n', 'k', large, 0, 1_000);
    const asked: number[] = [];
    for (let round = 0; round < 12; round++) {
      const ahead = leased.ahead('k', large);
      asked.push(ahead);
      leased.add('t', 'n', 'k', large, ahead, 1_000);
      for (let left = ahead; left > 0; left--) expect(leased.use('k', large)).toBe(1_000 - (left - 1));
      expect(leased.use('k', large)).toBe(-1);
    }
    expect(asked.slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(asked.at(-1)).toBe(200);
  });

  it('match the previous usage while the counter is in use, and reset when it is idle', () => {
    const leased = tokens();
    leased.add('t', 'n', 'k', large, 0, 1_000);
    leased.add('t', 'n', 'k', large, 64, 1_000);
    for (let call = 0; call < 40; call++) leased.use('k', large);
    nowMs += 501;
    expect(leased.lapsed()).toMatchObject([{ filledMs: 24 }]);
    expect(leased.use('k', large)).toBe(-1);
    expect(leased.ahead('k', large)).toBe(40);
    nowMs += 501;
    expect(leased.lapsed()).toEqual([]);
    expect(leased.ahead('k', large)).toBe(0);
  });

  it('are returned if they are not used, and do not apply to other limits', () => {
    const leased = tokens();
    leased.add('t', 'n', 'k', large, 5, 1_000);
    expect(leased.use('k', limitOf({ policy: 'p', source: 'tenant', limit: 50_000, windowSeconds: 60 }))).toBe(-1);
    expect(leased.use('k', large)).toBe(996);
    expect(leased.lapsed()).toEqual([]);
    nowMs = 501;
    expect(leased.use('k', large)).toBe(-1);
    expect(leased.lapsed()).toEqual([{ key: 'k', tenantId: 't', name: 'n', filledMs: 4 }]);
    expect(leased.lapsed()).toEqual([]);
  });
});
