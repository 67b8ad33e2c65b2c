import { stepsOfP, valueOfP } from './test-support.js';

describe('comparisons', () => {
  it.each([
    ['<', '[true, false, false]'],
    ['<=', '[true, true, false]'],
    ['>', '[false, false, true]'],
    ['>=', '[false, true, true]'],
    ['==', '[false, true, false]'],
    ['!=', '[true, false, true]'],
  ])('%s compares with greater, equal and smaller values', (operator, expected) => {
    expect(valueOfP(`p := [x | some other in [3, 2, 1]; x := input ${operator} other]`, { input: 2 })).toBe(expected);
  });

  it.each(['<', '<=', '>', '>=', '==', '!='])('%s is undefined if an operand is undefined', (operator) => {
    expect(valueOfP(`p := x if x := input.nope ${operator} 1`, { input: {} })).toBe('undefined');
    expect(valueOfP(`p := x if x := 1 ${operator} input.nope`, { input: {} })).toBe('undefined');
  });

  it('do not evaluate the right operand if the left one is undefined', () => {
    expect(valueOfP('q := 1\nq := 2\np := x if x := input.nope < q', { input: {} })).toBe('undefined');
    expect(valueOfP('q := 1\nq := 2\np := x if x := input.nope in q', { input: {} })).toBe('undefined');
    expect(valueOfP('q := 1\nq := 2\np := x if x := (input.nope, q in [1])', { input: {} })).toBe('undefined');
    expect(valueOfP('q := 1\nq := 2\np := x if x := (1, input.nope in q)', { input: {} })).toBe('undefined');
  });

  it('can be replaced using `with`, like any function', () => {
    expect(valueOfP('q := input < 2\np := x if x := q with lt as 7', { input: 1 })).toBe('7');
  });

  it('of long strings are charged by their length', () => {
    const stepsOf = (length: number): number => stepsOfP('p := input.a < "b"', { a: 'a'.repeat(length) });
    expect(stepsOf(4_096 * 10) - stepsOf(1)).toBe(10);
  });

  it('of other values are charged by the number of values visited', () => {
    expect(stepsOfP('p := input.a < 5', { a: Array<number>(40_960).fill(1) })).toBe(
      stepsOfP('p := input.a < 5', { a: 4 }),
    );
    expect(stepsOfP('p := input.a < 5', { a: 4 })).toBe(stepsOfP('p := input.a < "b"', { a: 'a' }));
  });
});

describe('the `in` operator', () => {
  const input = { set: [1, 2], list: [1, 2], object: { a: 1, b: 2 }, text: '2', number: 2 };

  it.each([
    ['a set', '{x | some x in input.set}'],
    ['a list', 'input.list'],
    ['the values of an object', 'input.object'],
  ])('finds a member of %s', (_, domain) => {
    expect(valueOfP(`p := [2 in xs, 9 in xs, "2" in xs] if xs := ${domain}`, { input })).toBe('[true, false, false]');
  });

  it('does not find anything in a value that is not a collection', () => {
    expect(valueOfP('p := [2 in input.number, "2" in input.text]', { input })).toBe('[false, false]');
  });

  it.each([
    ['a set, whose keys are its elements', '{x | some x in input.set}', '[false, true, false]'],
    ['a list, whose keys are numbers', 'input.list', '[true, false, false]'],
    ['an object', 'input.object', '[false, false, true]'],
    ['a value that is not a collection', 'input.number', '[false, false, false]'],
  ])('finds pairs of key and member in %s', (_, domain, expected) => {
    const pairs = '[(1, 2 in xs), (2, 2 in xs), ("b", 2 in xs)]';
    expect(valueOfP(`p := ${pairs} if xs := ${domain}`, { input })).toBe(expected);
  });

  it('does not find the length of a list or a character of a string', () => {
    expect(valueOfP('p := [("length", 2 in input.list), (0, "2" in input.text)]', { input })).toBe('[false, false]');
  });

  it('does not match a key with the member of a different key', () => {
    expect(valueOfP('p := [(0, 2 in input.list), ("a", 2 in input.object), (9, 9 in {1})]', { input })).toBe(
      '[false, false, false]',
    );
  });

  it.each([
    'x := input.nope in [1]',
    'x := 1 in input.nope',
    'x := (input.nope, 1 in [1])',
    'x := (0, input.nope in [1])',
    'x := (0, 1 in input.nope)',
  ])('is undefined if an operand is undefined: %s', (body) => {
    expect(valueOfP(`p := x if ${body}`, { input })).toBe('undefined');
  });

  it.each([
    ['lists', (size: number) => ({ xs: Array.from({ length: size }, (_, index) => index) })],
    [
      'objects',
      (size: number) => ({ xs: Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, index])) }),
    ],
  ])('is charged one step for every four members of %s', (_, inputOf) => {
    const stepsOf = (size: number): number => stepsOfP('p := -1 in input.xs', inputOf(size));
    expect(stepsOf(4_000) - stepsOf(0)).toBe(1_000);
  });
});
