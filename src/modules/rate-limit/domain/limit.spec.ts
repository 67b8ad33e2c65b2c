import fc from 'fast-check';
import { countName, limitOf, narrowed, shareOf } from './limit';
import { rememberedNarrowed } from './narrowed-limits';

const rule = limitOf({ policy: 'rule', source: 'tenant', limit: 100, windowSeconds: 60, burst: 20 });
const byDefault = limitOf({ policy: 'default', source: 'default', limit: 1_000, windowSeconds: 60 });
const burstOf = ({ capacityMs, intervalMs }: { capacityMs: number; intervalMs: number }) => capacityMs / intervalMs;

describe('a limit', () => {
  it('is an interval and a capacity, the burst as large as the limit unless it says otherwise', () => {
    expect([byDefault.intervalMs, byDefault.capacityMs]).toEqual([60, 60_000]);
    expect([rule.intervalMs, rule.capacityMs]).toEqual([600, 12_000]);
  });

  it('counts each call once, refuses, and has nothing but a rate, unless it says otherwise', () => {
    const plain = { cost: 1, perTenant: false, shadow: false, concurrency: null, monthlyQuota: null };
    expect(byDefault).toMatchObject(plain);
    const own = { cost: 3, perTenant: true, shadow: true, monthlyQuota: 9 };
    expect(limitOf({ ...byDefault, ...own })).toMatchObject(own);
  });

  it('is never faster than a store can count', () => {
    const fast = limitOf({ policy: 'p', source: 'default', limit: 4_294_967_295, windowSeconds: 1 });
    expect(fast.intervalMs).toBe(0.01);
  });

  it('counts each key by itself, and two rules apart; all keys of a tenant together where it says so', () => {
    expect(countName(rule, 'key', 'a')).not.toBe(countName(rule, 'key', 'b'));
    expect(countName(rule, 'key', 'a')).not.toBe(countName(rule, 'request', 'a'));
    expect(countName(rule, 'key', 'a')).not.toBe(countName(byDefault, 'key', 'a'));
    expect(countName(rule, 'key', 'a')).not.toBe(countName({ ...rule, source: 'plan' }, 'key', 'a'));
    const together = { ...rule, perTenant: true };
    expect(countName(together, 'key', 'a')).toBe(countName(together, 'key', 'b'));
  });
});

describe('a limit that a caller asks for', () => {
  const asked = fc.option(fc.integer({ min: 1, max: 4_294_967_295 }));
  const window = fc.option(fc.integer({ min: 1, max: 2_678_400 }));

  it('only narrows a rule: neither rate nor burst grow', () => {
    fc.assert(
      fc.property(asked, window, (limit, seconds) => {
        const own = narrowed(rule, limit, seconds);
        expect(own.intervalMs).toBeGreaterThanOrEqual(rule.intervalMs);
        expect(burstOf(own)).toBeLessThanOrEqual(20 + 1e-9);
        expect(own.policy).toBe('rule');
      }),
    );
  });

  it.each([
    ['a lower limit', 5, null, { limit: 5, windowSeconds: 60, burst: 5, intervalMs: 12_000, capacityMs: 60_000 }],
    [
      'a longer window',
      null,
      120,
      { limit: 100, windowSeconds: 120, burst: 20, intervalMs: 1_200, capacityMs: 24_000 },
    ],
    ['a higher limit', 500, null, { limit: 100, windowSeconds: 60, burst: 20, intervalMs: 600, capacityMs: 12_000 }],
    ['a smaller burst', 10, 1, { limit: 100, windowSeconds: 60, burst: 10, intervalMs: 600, capacityMs: 6_000 }],
    ['the same rate', 10, 6, { limit: 10, windowSeconds: 6, burst: 10, intervalMs: 600, capacityMs: 6_000 }],
  ])('of a rule with %s shows the slower of both', (_what, limit, windowSeconds, expected) => {
    expect(narrowed(rule, limit, windowSeconds)).toMatchObject(expected);
  });

  it('is the rule as it is, burst included, where nothing is asked for', () => {
    const bursting = limitOf({ policy: 'rule', source: 'tenant', limit: 10, windowSeconds: 60, burst: 50 });
    expect(narrowed(bursting, null, null)).toEqual(bursting);
  });

  it('is the limit where no rule is', () => {
    expect(narrowed(byDefault, 5_000, 10)).toMatchObject({
      limit: 5_000,
      windowSeconds: 10,
      intervalMs: 2,
      burst: 5_000,
    });
    expect(narrowed(byDefault, null, 10)).toMatchObject({ limit: 1_000, windowSeconds: 10 });
    expect(narrowed(byDefault, 5, null)).toMatchObject({ limit: 5, windowSeconds: 60, burst: 5 });
  });

  it('is the same when it is asked for again', () => {
    fc.assert(
      fc.property(asked, window, (limit, seconds) => {
        fc.pre(limit !== null || seconds !== null);
        expect(rememberedNarrowed(rule, limit, seconds)).toEqual(narrowed(rule, limit, seconds));
        expect(rememberedNarrowed(byDefault, limit, seconds)).toEqual(narrowed(byDefault, limit, seconds));
      }),
    );
    expect(rememberedNarrowed(rule, 5, 60)).toBe(rememberedNarrowed(rule, 5, 60));
  });

  it('is no other one that is nearly the same, however large both are', () => {
    const windows = [60, 62, 61];
    const asLarge = windows.map((seconds) => rememberedNarrowed(byDefault, 4_294_967_295, seconds).windowSeconds);
    expect(asLarge).toEqual(windows);
  });

  it('is remembered beside 63 others, and no more', () => {
    const own = limitOf({ ...byDefault });
    const first = rememberedNarrowed(own, 1, 60);
    for (let limit = 2; limit <= 64; limit++) rememberedNarrowed(own, limit, 60);
    expect(rememberedNarrowed(own, 1, 60)).toBe(first);
    rememberedNarrowed(own, 65, 60);
    expect(rememberedNarrowed(own, 1, 60)).not.toBe(first);
  });
});

describe('a share', () => {
  it('of all processes together is the limit, and lets one call through at least', () => {
    expect(shareOf(byDefault, 4, 1)).toEqual({ intervalMs: 240, capacityMs: 60_000 });
    const small = shareOf(limitOf({ policy: 'p', source: 'tenant', limit: 1, windowSeconds: 60 }), 3, 1);
    expect(burstOf(small)).toBe(1);
  });
});
