import { compilePolicy } from '../compile-policy';
import { fromJson } from '../values/json';
import { Budget } from './budget';
import { evaluateGroundTerm } from './ground-term';
import { valueOfP } from './test-support';

describe('calls', () => {
  it.each([
    ['with two arguments are undefined when the first is', 'f(x, y) := 1\np := f(input.nope, 1)', 'undefined'],
    ['with two arguments are undefined when the second is', 'f(x, y) := 1\np := f(1, input.nope)', 'undefined'],
    ['with three arguments are undefined when one is', 'f(x, y, z) := 1\np := f(1, input.nope, 3)', 'undefined'],
    [
      'take their arguments in order',
      'f(x, y, z) := [x, y, z]\ng(x, y) := [x, y]\np := [f(1, 2, 3), g(1, 2)]',
      '[[1, 2, 3], [1, 2]]',
    ],
    ['of a relation with an undefined argument have no results', 'p := [x | walk(input.nope, x)]', '[]'],
    [
      'of a relation end with the first result that will do',
      'p if every y in [[1], [2, 1]] { walk(y, [_, 1]) }',
      'true',
    ],
    ['of a relation have as many results as it finds', 'p := [v | walk([1, 2], [[_], v])]', '[1, 2]'],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });

  it('of a built-in function are charged what it says', () => {
    const stepsOf = (operator: string): number => {
      const compiled = compilePolicy([{ path: 'a.rego', text: `package a\n\np := input.x ${operator} input.x` }]);
      const budget = new Budget();
      if (compiled.ok) compiled.policy.prepareRule('a.p')?.evaluate(fromJson({ x: 1 }), { budget });
      return budget.usedSteps;
    };
    expect(stepsOf('/')).toBeGreaterThan(stepsOf('+') + 1);
  });

  it('of unknown functions are errors', () => {
    expect(() => evaluateGroundTerm('nope(1)')).toThrow('unknown function nope');
  });
});
