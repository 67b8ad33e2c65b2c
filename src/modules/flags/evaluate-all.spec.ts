import { TenantScheduler } from '../../kernel/threads/tenant-scheduler';
import type { FlagDocument } from './contract/flag-document.types';
import { FlagSet } from './engine/flag-set';
import { evaluateAll } from './evaluate-all';

const flag = { state: 'ENABLED', variants: { a: 1 }, defaultVariant: 'a' } as const;
const keys = Array.from({ length: 50 }, (_, n) => `f${n}`);
const set = new FlagSet(1, { flags: Object.fromEntries(keys.map((key) => [key, flag])) } satisfies FlagDocument);

/** A scheduler with this clock, which is read once at the start of a slice and once after each flag. */
const turnsOn = (now: () => number): TenantScheduler => new TenantScheduler({ sliceMs: 10, maxWaiting: 1_000 }, now);

describe('evaluateAll', () => {
  it('evaluates every flag in order', async () => {
    const evaluations = await evaluateAll('a', set, {});
    expect(evaluations.map(({ key }) => key)).toEqual(keys);
    expect(evaluations.every(({ value }) => value === 1)).toBe(true);
  });

  it('lets other tenants run after one slice, regardless of the number of calls', async () => {
    let now = 0;
    const turns = turnsOn(() => (now += 10));
    const many = Array.from({ length: 100 }, () => evaluateAll('a', set, {}, turns));
    await evaluateAll('b', new FlagSet(1, { flags: { f: flag } }), {}, turns);
    // Two slices for this tenant, one for its flag and one for the end of its list, each after a slice for the other tenant.
    expect(now).toBe(80);
    await Promise.all(many);
  });

  it('evaluates every flag even on a slow machine', async () => {
    let now = 0;
    const evaluations = await evaluateAll(
      'a',
      set,
      {},
      turnsOn(() => (now += 1_000)),
    );
    expect(evaluations.map(({ value }) => value)).toEqual(keys.map(() => 1));
  });

  it('returns errors for flags once the step budget is used up', async () => {
    const targeting = { some: [{ var: 'list' }, { in: [{ var: '' }, 'z'.repeat(100_000)] }] };
    const aimed = { ...flag, targeting: { if: [targeting, 'a'] } };
    const heavy = new FlagSet(1, { flags: Object.fromEntries(keys.map((key) => [key, aimed])) });
    const list = Array.from({ length: 500 }, (_, n) => `f${n}`);
    const evaluations = await evaluateAll('a', heavy, { list });
    expect(evaluations.map(({ key }) => key)).toEqual(keys);
    expect(evaluations.every(({ errorCode }) => errorCode === 'GENERAL')).toBe(true);
    expect(evaluations.filter(({ errorMessage }) => errorMessage.includes('takes too long'))).toHaveLength(5);
    expect(evaluations.filter(({ errorMessage }) => errorMessage.includes('No steps were left'))).toHaveLength(45);
  });
});
