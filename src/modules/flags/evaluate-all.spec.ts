import type { FlagDocument } from './contract/flag-document.types';
import { FlagSet } from './engine/flag-set';
import { evaluateAll } from './evaluate-all';

const flag = { state: 'ENABLED', variants: { a: 1 }, defaultVariant: 'a' } as const;
const keys = Array.from({ length: 500 }, (_, n) => `f${n}`);
const set = new FlagSet(1, { flags: Object.fromEntries(keys.map((key) => [key, flag])) } satisfies FlagDocument);

/** A clock that goes on by so much whenever it is looked at. */
const clock = (stepMs: number) => {
  let now = 0;
  return () => (now += stepMs);
};

describe('evaluateAll', () => {
  it('gives every flag in its order', async () => {
    const evaluations = await evaluateAll(set, {}, clock(0.001));
    expect(evaluations.map(({ key }) => key)).toEqual(keys);
    expect(evaluations.every(({ value }) => value === 1)).toBe(true);
  });

  it('lets others go on in between', async () => {
    let settled = false;
    const all = evaluateAll(set, {}, clock(10)).finally(() => (settled = true));
    setImmediate(() => {
      expect(settled).toBe(false);
    });
    await all;
    expect.assertions(1);
  });

  it('gives up on flags that there is no time for, each by its own error', async () => {
    const evaluations = await evaluateAll(set, {}, clock(100));
    expect(evaluations.map(({ key }) => key)).toEqual(keys);
    const late = evaluations.filter(({ errorCode }) => errorCode === 'GENERAL');
    expect(late.length).toBeGreaterThan(400);
    expect(evaluations[0]).toMatchObject({ value: 1, errorCode: null });
  });

  it('gives up on flags that there are no steps for, whatever the clock says', async () => {
    const targeting = { some: [{ var: 'list' }, { in: [{ var: '' }, 'z'.repeat(100_000)] }] };
    const aimed = { ...flag, targeting: { if: [targeting, 'a'] } };
    const heavy = new FlagSet(1, { flags: Object.fromEntries(keys.map((key) => [key, aimed])) });
    const evaluations = await evaluateAll(heavy, { list: keys }, () => 0);
    expect(evaluations.map(({ key }) => key)).toEqual(keys);
    expect(evaluations.every(({ errorCode }) => errorCode === 'GENERAL')).toBe(true);
    expect(evaluations.filter(({ errorMessage }) => errorMessage.includes('takes too long'))).toHaveLength(5);
    expect(evaluations.filter(({ errorMessage }) => errorMessage.includes('no time left'))).toHaveLength(495);
  });
});
