import fc from 'fast-check';
import { countName, limitOf, narrowed } from './limit';
import { rememberedNarrowed } from './narrowed-limits';
import { shareOf } from './share';

const rule = limitOf({ policy: 'rule', source: 'tenant', limit: 100, windowSeconds: 60, burst: 20 });
const byDefault = limitOf({ policy: 'default', source: 'default', limit: 1_000, windowSeconds: 60 });
const burstOf = ({ capacityMs, intervalMs }: { capacityMs: number; intervalMs: number }) => capacityMs / intervalMs;

describe('a limit', () => {
  it('is an interval and a capacity, the burst as large as the limit unless it says otherwise', () => {
    expect([byDefault.intervalMs, byDefault.capacityMs]).toEqual([60, 60_000]);
    expect([rule.intervalMs, rule.capacityMs]).toEqual([600, 12_000]);
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
});

describe('a share', () => {
  it('of all processes together is the limit, and lets one call through at least', () => {
    expect(shareOf(byDefault, 4, 1)).toEqual({ intervalMs: 240, capacityMs: 60_000 });
    const small = shareOf(limitOf({ policy: 'p', source: 'tenant', limit: 1, windowSeconds: 60 }), 3, 1);
    expect(burstOf(small)).toBe(1);
  });
});
