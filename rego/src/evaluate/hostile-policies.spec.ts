import { fromJson } from '../values/json.js';
import { outcomeText, policyOf, valueOfP } from './test-support.js';

/** Definitions `x1 := …x0…`, `x2 := …x1…` up to 40, each twice as expensive as the previous one. */
const doubling = (first: string, next: (name: string) => string): string => {
  const rules = Array.from({ length: 40 }, (_, index) => `x${index + 1} := ${next(`x${index}`)}`);
  return [`x0 := ${first}`, ...rules].join('\n');
};

const LONG_TEXT = `"${'a'.repeat(100)}"`;

describe('a limit stops', () => {
  it.each([
    ['a range', 'p := count([x | some x in numbers.range(1, 100000000)])'],
    ['a product of ranges', 'xs := numbers.range(1, 1000)\np := count([1 | some a in xs; some b in xs; some c in xs])'],
    [
      'a product of ranges as a set',
      'xs := numbers.range(1, 1000)\np contains [a, b, c] if { some a in xs; some b in xs; some c in xs }',
    ],
    [
      'a product of ranges as an object',
      'xs := numbers.range(1, 1000)\np[[a, b, c]] := 1 if { some a in xs; some b in xs; some c in xs }',
    ],
    [
      'every in every',
      'xs := numbers.range(1, 3000)\np if every a in xs { every b in xs { every c in xs { a + b + c > 0 } } }',
    ],
    [
      'with in a loop',
      'xs := numbers.range(1, 3000)\nq := input.x\np if every a in xs { every b in xs { q >= 0 with input.x as a + b } }',
    ],
    ['strings that double', `${doubling(LONG_TEXT, (x) => `concat("", [${x}, ${x}])`)}\np := x40`],
    ['templates that double', `${doubling(LONG_TEXT, (x) => `$"{${x}}{${x}}"`)}\np := x40`],
    ['arrays that double', `${doubling('[1, 2]', (x) => `array.concat(${x}, ${x})`)}\np := x40`],
    ['a shared value as a result', `${doubling('[1]', (x) => `[${x}, ${x}]`)}\np := x40`],
    ['a shared value as a set element', `${doubling('[1]', (x) => `[${x}, ${x}]`)}\np contains x40`],
    [
      'a shared value compared with an equal one',
      `${doubling('[1]', (x) => `[${x}, ${x}]`)}\n${doubling('[1]', (x) => `[${x}, ${x}]`).replaceAll('x', 'y')}\np if x40 == y40`,
    ],
    ['walk through a shared value', `${doubling('[1]', (x) => `[${x}, ${x}]`)}\np := count([1 | walk(x40, _)])`],
    [
      'functions that call twice',
      `f0(x) := count(x)\n${Array.from({ length: 40 }, (_, i) => `f${i + 1}(x) := f${i}(x | {${i}}) + f${i}(x | {-${i + 1}})`).join('\n')}\np := f40({0})`,
    ],
  ])('%s', (_, source) => {
    expect(valueOfP(source, { input: { x: 1 }, limits: { maxSteps: 500_000 } })).toMatch(
      /^limit: (?:deadline|steps|memory)$/,
    );
  });

  it('rules nested too deeply', () => {
    const rules = Array.from({ length: 1_500 }, (_, index) => `r${index + 1} := r${index}`).join('\n');
    expect(valueOfP(`r0 := 1\n${rules}\np := r1500`)).toBe('limit: depth');
  });

  it('a body larger than the call stack', () => {
    expect(valueOfP(`p if {\n${'some _ in [1]\n'.repeat(6_000)}}`, { limits: { deadlineMs: 60_000 } })).toMatch(
      /^limit: depth$|^true$/,
    );
  });
});

it('calls with equal arguments are computed once', () => {
  const rules = Array.from({ length: 40 }, (_, i) => `f${i + 1}(x) := f${i}(x) + f${i}(x + 1)`).join('\n');
  expect(valueOfP(`f0(x) := x\n${rules}\np := f40(1)`)).toBe('23089744183296');
});

it('a deeply nested input is compared and walked without a stack overflow', () => {
  let input: unknown = 1;
  for (let depth = 0; depth < 950; depth++) {
    input = { a: input };
  }
  expect(valueOfP('p := count([1 | walk(input, _)])', { input })).toBe('951');
  expect(valueOfP('p if input == {"a": input.a}', { input })).toBe('true');
});

it('a policy works normally after it reaches a limit', () => {
  const policy = policyOf('xs := numbers.range(1, input.n)\np := count([1 | some a in xs; some b in xs])');
  const rule = policy.prepareRule('a.p');
  const ask = (n: number): string =>
    outcomeText(
      rule?.evaluate(fromJson({ n }), { limits: { deadlineMs: 60_000, maxSteps: 100_000 } }) ?? {
        outcome: 'undefined',
      },
    );
  expect(ask(10_000)).toBe('limit: steps');
  expect(ask(3)).toBe('9');
});
