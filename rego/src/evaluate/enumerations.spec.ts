import { stepsOfP, valueOfP } from './test-support.js';

const input = { list: [3, 1, 2, 1], object: { a: 3, b: 1, c: 2, d: 1 }, text: 'abc', number: 5 };
const SETS =
  's := {x | some x in input.list}\npairs := {[1, 2], [1, 3], [2, 4]}\nby_pair := {[1, 2]: "x", [1, 3]: "y", [2, 4]: "z"}\n';

describe('enumerating each member', () => {
  it.each([
    ['of a list by its index', '[[i, x] | some i; x := input.list[i]]', '[[0, 3], [1, 1], [2, 2], [3, 1]]'],
    ['of an object by its key', '[[k, x] | some k; x := input.object[k]]', '[["a", 3], ["b", 1], ["c", 2], ["d", 1]]'],
    ['of a set by element', '[[k, x] | some k; x := s[k]]', '[[1, 1], [2, 2], [3, 3]]'],
    ['of a string: no members', '[x | x := input.text[_]]', '[]'],
    ['of a number: no members', '[x | x := input.number[_]]', '[]'],
    ['of an undefined value: no members', '[x | x := input.nope[_]]', '[]'],
    ['of a set whose elements match a pattern', '[y | pairs[[1, y]]]', '[2, 3]'],
    ['of an object whose keys match a pattern', '[[y, x] | some y; x := by_pair[[1, y]]]', '[[2, "x"], [3, "y"]]'],
    ['of a list whose indices match a pattern: no members', '[y | some y; input.list[[1, y]]]', '[]'],
    ['of a string whose keys match a pattern: no members', '[y | some y; input.text[[1, y]]]', '[]'],
  ])('%s', (_, query, expected) => {
    expect(valueOfP(`${SETS}p := ${query}`, { input })).toBe(expected);
  });
});

describe('finding the keys of a known value', () => {
  it.each([
    ['in a list', '[i | x := 1; x = input.list[i]]', '[1, 3]'],
    ['in an object', '[k | x := 1; x = input.object[k]]', '["b", "d"]'],
    ['in a set', '[k | x := 1; x = s[k]]', '[1]'],
    ['in a set that does not contain it', '[k | x := 9; x = s[k]]', '[]'],
    ['in a string', '[k | x := "a"; x = input.text[k]]', '[]'],
    ['in an undefined value', '[k | x := 1; x = input.nope[k]]', '[]'],
    ['that is undefined', '[k | input.nope = input.list[k]]', '[]'],
  ])('%s', (_, query, expected) => {
    expect(valueOfP(`${SETS}p := ${query}`, { input })).toBe(expected);
  });
});

describe('an enumeration', () => {
  it.each([
    ['of a list', 'every xs in [[1, 2]] { some x in xs; x > 0 }'],
    ['of an object', 'every xs in [{"a": 1, "b": 2}] { some x in xs; x > 0 }'],
    ['of a set', 'every xs in [{1, 2}] { some x in xs; x > 0 }'],
    ['of a set by pattern', 'every xs in [pairs] { xs[[1, y]]; y > 0 }'],
    ['of an object by pattern', 'every xs in [by_pair] { some y; xs[[1, y]] != "y" }'],
    ['of the keys in a list', 'every xs in [[1, 1]] { x := 1; x = xs[_] }'],
    ['of the keys in an object', 'every xs in [{"a": 1, "b": 1}] { x := 1; x = xs[_] }'],
    ['of the keys in a set', 'every xs in [{1, 2}] { x := 1; x = xs[_] }'],
  ])('stops at the first match: %s', (_, body) => {
    expect(valueOfP(`${SETS}p if ${body}`, { input })).toBe('true');
  });

  it.each([
    ['a list', '[0, 0]'],
    ['an object', '{"a": 0, "b": 0}'],
    ['a set', '{0, -1}'],
  ])('continues with the preceding expression if nothing matches: %s', (_, first) => {
    expect(valueOfP(`p := [i | some i, xs in [${first}, [1]]; some x in xs; x > 0]`)).toBe('[1]');
    expect(valueOfP(`p := [i | some i, xs in [${first}, [1]]; 1 = xs[_]]`)).toBe('[1]');
  });
});

describe('an enumeration is charged a step for each member of', () => {
  const sizes = (inputOf: (count: number) => unknown, body: string): number =>
    stepsOfP(`p := [1 | ${body}]`, inputOf(1_010)) - stepsOfP(`p := [1 | ${body}]`, inputOf(10));
  const list = (count: number): unknown => ({ xs: Array.from({ length: count }, (_, index) => index) });
  const object = (count: number): unknown => ({
    xs: Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index])),
  });

  it.each([
    ['a list', list, 'input.xs[_] < 0'],
    ['an object', object, 'input.xs[_] < 0'],
    ['a list with a known value', list, '-1 = input.xs[_]'],
    ['an object with a known value', object, '-1 = input.xs[_]'],
  ])('%s', (_, inputOf, body) => {
    expect(sizes(inputOf, body)).toBeGreaterThanOrEqual(1_000);
  });
});
