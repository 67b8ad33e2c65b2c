import { evaluateGroundTerm } from './ground-term.js';
import { stepsOfP, valueOfP } from './test-support.js';

/** A rule whose evaluation fails with an error. */
const DISAGREE = 'q := 1\nq := 2\n';

describe('calls', () => {
  it.each([
    ['with two arguments are undefined if the first is undefined', 'f(x, y) := 1\np := f(input.nope, 1)', 'undefined'],
    ['with two arguments are undefined if the second is undefined', 'f(x, y) := 1\np := f(1, input.nope)', 'undefined'],
    [
      'with three arguments are undefined if one is undefined',
      'f(x, y, z) := 1\np := f(1, input.nope, 3)',
      'undefined',
    ],
    [
      'receive their arguments in order',
      'f(x, y, z) := [x, y, z]\ng(x, y) := [x, y]\np := [f(1, 2, 3), g(1, 2)]',
      '[[1, 2, 3], [1, 2]]',
    ],
    ['of a relation with an undefined argument do not have results', 'p := [x | walk(input.nope, x)]', '[]'],
    ['of a relation end at the first suitable result', 'p if every y in [[1], [2, 1]] { walk(y, [_, 1]) }', 'true'],
    [
      'do not evaluate an argument after an undefined one',
      `${DISAGREE}f(x, y) := 1\np := f(input.nope, q)`,
      'undefined',
    ],
    [
      'of a relation without results continue with the expressions before them',
      'p := [i | some i in [0, 1]; walk([[1], [2]][i], [_, 2])]',
      '[1]',
    ],
    [
      'of a relation with an undefined argument continue with the expressions before them',
      'p := [i | some i in [0, 1]; walk({1: [2]}[i], [_, 2])]',
      '[1]',
    ],
    ['of a relation have as many results as it finds', 'p := [v | walk([1, 2], [[_], v])]', '[1, 2]'],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });

  it('to a built-in function are charged the cost that it declares', () => {
    const input = { x: 1 };
    expect(stepsOfP('p := input.x / input.x', input)).toBeGreaterThan(stepsOfP('p := input.x + input.x', input) + 1);
  });

  it('that fail are charged more than others', () => {
    expect(stepsOfP('p := to_number(input)', 'x')).toBe(stepsOfP('p := to_number(input)', '1') + 16);
  });

  it('to unknown functions are errors', () => {
    expect(() => evaluateGroundTerm('nope(1)')).toThrow('unknown function nope');
  });
});
