import { valueOfP } from './test-support.js';

describe('comprehensions', () => {
  it('keep their items separate when a mock re-enters them', () => {
    const reentered = (collected: string): string =>
      valueOfP(`h(x) := x
r := ${collected}
g(x) := count(r) + x
p := z if z := r with h as g`);
    expect(reentered('[y | some x in [1, 2]; y := h(x)]')).toBe('[3, 4]');
    expect(reentered('{y | some x in [1, 2]; y := h(x)}')).toBe('{3, 4}');
    expect(reentered('{x: y | some x in [1, 2]; y := h(x)}')).toBe('{1: 3, 2: 4}');
  });

  it('keep the order of a large number of items', () => {
    const source =
      'xs := [x | some x in numbers.range(1, 140000)]\np := [count(xs), xs[0], xs[65535], xs[65536], xs[139999]]';
    expect(valueOfP(source, { limits: { deadlineMs: 60_000 } })).toBe('[140000, 1, 65536, 65537, 140000]');
  });

  const repeated = (collected: string, maxBytes: number): string => {
    const input = { xs: Array.from({ length: 1_000 }, (_, index) => index) };
    return valueOfP(`p := count(${collected})`, { input, limits: { maxBytes } });
  };

  it.each([
    ['the memory of each item of an array', '[1 | some _ in input.xs]', 15_999, '1000'],
    ['the memory of each element of a set', '{x | some x in input.xs}', 47_999, '1000'],
    ['the memory of each member of an object', '{x: 1 | some x in input.xs}', 63_999, '1000'],
    ['existing elements of a set only once', '{1 | some _ in input.xs}', 47, '1'],
    ['existing members of an object only once', '{1: 1 | some _ in input.xs}', 63, '1'],
  ])('charge for %s', (_, collected, tooFew, expected) => {
    expect(repeated(collected, tooFew)).toBe('limit: memory');
    expect(repeated(collected, tooFew + 1)).toBe(expected);
  });

  it('refuse two values for one key, but allow the same value twice', () => {
    expect(valueOfP('p := {1: x | some x in [1, 2]}')).toBe('eval_conflict_error: object keys must be unique');
    expect(valueOfP('p := {1: x | some x in [1, 1.0]}')).toBe('{1: 1}');
  });
});
