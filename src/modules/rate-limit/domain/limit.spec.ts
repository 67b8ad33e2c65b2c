import fc from 'fast-check';
import { countName, limitOf, narrowed, shareOf } from './limit';
import { rememberedNarrowed } from './narrowed-limits';

const rule = limitOf({ policy: 'rule', source: 'tenant', limit: 100, windowSeconds: 60, burst: 20 });
const byDefault = limitOf({ policy: 'default', source: 'default', limit: 1_000, windowSeconds: 60 });
const burstOf = ({ capacityMs, intervalMs }: { capacityMs: number; intervalMs: number }) => capacityMs / intervalMs;

describe('a limit', () => {
  it('has an interval and a capacity, with a burst equal to the limit by default', () => {
    expect([byDefault.intervalMs, byDefault.capacityMs]).toEqual([60, 60_000]);
    expect([rule.intervalMs, rule.capacityMs]).toEqual([600, 12_000]);
  });

  it('has a cost of 1, refuses calls and limits only the rate by default', () => {
    const plain = { cost: 1, perTenant: false, shadow: false, concurrency: null, monthlyQuota: null };
    expect(byDefault).toMatchObject(plain);
    const own = { cost: 3, perTenant: true, shadow: true, monthlyQuota: 9 };
    expect(limitOf({ ...byDefault, ...own })).toMatchObject(own);
  });

  it('is never faster than a store can count', () => {
    const fast = limitOf({ policy: 'p', source: 'default', limit: 4_294_967_295, windowSeconds: 1 });
    expect(fast.intervalMs).toBe(0.01);
  });

  it('counts each key and each rule separately, and all keys of a tenant together with perTenant', () => {
    expect(countName(rule, 'key', 'a')).not.toBe(countName(rule, 'key', 'b'));
    expect(countName(rule, 'key', 'a')).not.toBe(countName(rule, 'request', 'a'));
    expect(countName(rule, 'key', 'a')).not.toBe(countName(byDefault, 'key', 'a'));
    expect(countName(rule, 'key', 'a')).not.toBe(countName({ ...rule, source: 'plan' }, 'key', 'a'));
    const together = { ...rule, perTenant: true };
    expect(countName(together, 'key', 'a')).toBe(countName(together, 'key', 'b'));
  });
});

describe('a limit that a caller requests', () => {
  const asked = fc.option(fc.integer({ min: 1, max: 4_294_967_295 }));
  const window = fc.option(fc.integer({ min: 1, max: 2_678_400 }));

  it('can only narrow a rule: neither rate nor burst grows', () => {
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
  ])('combined with a rule, results in the slower of the two limits: %s', (_what, limit, windowSeconds, expected) => {
    expect(narrowed(rule, limit, windowSeconds)).toMatchObject(expected);
  });

  it('equals the rule, including its burst, if the caller requests no limit', () => {
    const bursting = limitOf({ policy: 'rule', source: 'tenant', limit: 10, windowSeconds: 60, burst: 50 });
    expect(narrowed(bursting, null, null)).toEqual(bursting);
  });

  it('applies as is without a rule', () => {
    expect(narrowed(byDefault, 5_000, 10)).toMatchObject({
      limit: 5_000,
      windowSeconds: 10,
      intervalMs: 2,
      burst: 5_000,
    });
    expect(narrowed(byDefault, null, 10)).toMatchObject({ limit: 1_000, windowSeconds: 10 });
    expect(narrowed(byDefault, 5, null)).toMatchObject({ limit: 5, windowSeconds: 60, burst: 5 });
  });

  it('is the same object when it is requested again', () => {
    fc.assert(
      fc.property(asked, window, (limit, seconds) => {
        fc.pre(limit !== null || seconds !== null);
        expect(rememberedNarrowed(rule, limit, seconds)).toEqual(narrowed(rule, limit, seconds));
        expect(rememberedNarrowed(byDefault, limit, seconds)).toEqual(narrowed(byDefault, limit, seconds));
      }),
    );
    expect(rememberedNarrowed(rule, 5, 60)).toBe(rememberedNarrowed(rule, 5, 60));
  });

  it('is not confused with a similar limit, regardless of their sizes', () => {
    const windows = [60, 62, 61];
    const asLarge = windows.map((seconds) => rememberedNarrowed(byDefault, 4_294_967_295, seconds).windowSeconds);
    expect(asLarge).toEqual(windows);
  });

  it('is cached together with at most 63 other limits', () => {
    const own = limitOf({ ...byDefault });
    const first = rememberedNarrowed(own, 1, 60);
    for (let limit = 2; limit <= 64; limit++) rememberedNarrowed(own, limit, 60);
    expect(rememberedNarrowed(own, 1, 60)).toBe(first);
    rememberedNarrowed(own, 65, 60);
    expect(rememberedNarrowed(own, 1, 60)).not.toBe(first);
  });
});

describe('the share of one process', () => {
  it('is an equal part of the limit, and allows at least one call', () => {
    expect(shareOf(byDefault, 4, 1)).toEqual({ intervalMs: 240, capacityMs: 60_000 });
    const small = shareOf(limitOf({ policy: 'p', source: 'tenant', limit: 1, windowSeconds: 60 }), 3, 1);
    expect(burstOf(small)).toBe(1);
  });
});
