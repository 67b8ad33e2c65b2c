import { fromJson } from '../values/json.js';
import { outcomeText, policyOf, valueOfP } from './test-support.js';

const many = (rule: (index: number) => string): string =>
  Array.from({ length: 50 }, (_, index) => rule(index)).join('\n');

describe('with many rules', () => {
  it.each([
    ['a rule is found by an input path', many((i) => `p := ${i} if input.path == "/${i}"`), { path: '/7' }, '7'],
    ['the operands can be swapped', many((i) => `p := ${i} if "/${i}" = input.path`), { path: '/7' }, '7'],
    [
      'a rule is found by membership in a constant',
      many((i) => `p := ${i} if input.n in {${i}, ${i + 100}}`),
      { n: 107 },
      '7',
    ],
    [
      'a rule is found by two paths',
      many((i) => `p := ${i} if { input.a == ${i % 7}; input.b == ${i} }`),
      { a: 2, b: 9 },
      '9',
    ],
    [
      'no rule is found by a value of a different type',
      many((i) => `p := ${i} if input.n == ${i}`),
      { n: '7' },
      'undefined',
    ],
    ['no rule is found by an undefined path', many((i) => `p := ${i} if input.n == ${i}`), {}, 'undefined'],
    ['no rule is found by a composite value', many((i) => `p := ${i} if input.n == ${i}`), { n: [7] }, 'undefined'],
    ['numbers are compared by value', many((i) => `p := "${i}" if input.n == ${i}.0`), { n: 7 }, '"7"'],
    [
      'rules without a comparison are also evaluated',
      `${many((i) => `p contains ${i} if input.n == ${i}`)}\np contains "any"`,
      { n: 7 },
      '{7, "any"}',
    ],
    [
      'an else branch counts',
      `${many((i) => `p := "a" if input.n == ${i} else := "b" if input.n == 1000`)}`,
      { n: 1000 },
      '"b"',
    ],
    ['a function is found by its argument', `${many((i) => `f("${i}") := ${i}`)}\np := f(input.k)`, { k: '7' }, '7'],
    [
      'a function is found by a comparison of its parameter',
      `${many((i) => `f(x) := ${i} if x == "${i}"`)}\np := f(input.k)`,
      { k: '7' },
      '7',
    ],
    ['a member is found by its key', `${many((i) => `o["${i}"] := ${i}`)}\np := o[input.k]`, { k: '7' }, '7'],
    [
      'a conflict is still found',
      `${many((i) => `p := ${i} if input.n == ${i}`)}\np := "x" if input.m`,
      { n: 7, m: true },
      'eval_conflict_error: complete rules must not produce multiple outputs',
    ],
    [
      '`with` changes the compared value',
      `${many((i) => `q := ${i} if input.n == ${i}`)}\np := x if x := q with input.n as 9`,
      { n: 7 },
      '9',
    ],
    [
      'a negated comparison requires no value',
      many((i) => `p contains ${i} if { input.n == 7; not input.m == ${i} }`),
      { n: 7, m: 3 },
      `{${Array.from({ length: 50 }, (_, i) => i)
        .filter((i) => i !== 3)
        .join(', ')}}`,
    ],
  ])('%s', (_, source, input, expected) => {
    expect(valueOfP(source, { input })).toBe(expected);
  });
});

it('a hundred times as many rules do not take a hundred times as many steps', () => {
  // Includes the steps that generate the code of one rule.
  const stepsAllowed = 500;
  const source = Array.from(
    { length: 5_000 },
    (_, i) => `p := ${i} if { input.path == "/${i}"; input.method == "GET" }`,
  ).join('\n');
  const result = policyOf(source)
    .prepareRule('a.p')
    ?.evaluate(fromJson({ path: '/77', method: 'GET' }), { limits: { maxSteps: stepsAllowed } });
  expect(result && outcomeText(result)).toBe('77');
});
