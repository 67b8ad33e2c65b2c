import { isModest } from './context-limits';

const members = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, n]));

function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

describe('the context of an authorization query', () => {
  it('can have at most 100 members', () => {
    expect(isModest(members(100))).toBe(true);
    expect(isModest(members(101))).toBe(false);
    expect(isModest({ a: members(101) })).toBe(true);
  });

  it('can have at most 2000 values in total', () => {
    expect(isModest({ a: Array<number>(1999).fill(0) })).toBe(true);
    expect(isModest({ a: Array<number>(2000).fill(0) })).toBe(false);
    expect(isModest({ a: Array.from({ length: 1000 }, () => [0]) })).toBe(false);
    expect(isModest({ a: Array.from({ length: 999 }, () => ({ b: 0 })) })).toBe(true);
  });

  it('can have at most 16 levels', () => {
    expect(isModest(nested(16))).toBe(true);
    expect(isModest(nested(17))).toBe(false);
    expect(isModest(nested(100_000))).toBe(false);
  });

  it('is always accepted if it is empty or not an object', () => {
    for (const none of [undefined, null, 'x', 7, {}]) expect(isModest(none)).toBe(true);
  });
});
