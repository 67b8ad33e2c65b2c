import { evaluate, type Scope } from './evaluate';
import { parseExpression } from './expression';
import { StepBudget } from './step-budget';
import { render } from './template';

const long = 'a'.repeat(200_000);
const list = Array.from({ length: 10_000 }, (_, n) => ({ n }));
const scope: Scope = {
  input: { long, list, other: [...list], needle: `b${'a'.repeat(99_999)}`, small: { a: [1, { b: 'x' }] } },
  steps: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`s${n}`, { output: long }])),
  run: { id: 'job-1' },
};
const evaluated = (text: string): unknown => evaluate(parseExpression(text), scope, new StepBudget());
const OVER = 'too many steps';

describe('the step budget of expressions', () => {
  it('stops an expression that repeatedly compares large values', () => {
    expect(evaluated('input.list == input.other')).toBe(true);
    const repeated = Array.from({ length: 60 }, () => 'input.list == input.other').join(' && ');
    expect(() => evaluated(repeated)).toThrow(OVER);
  });

  it('stops an expression that repeatedly calls a function on large values', () => {
    const repeated = Array.from({ length: 40 }, () => '(input.list | json | length) > 0').join(' && ');
    expect(() => evaluated(repeated)).toThrow(OVER);
    expect(() => evaluated('steps | json')).toThrow(OVER);
  });

  it('is shared by all templates of a value', () => {
    expect(render({ a: '{{input.list | length}}' }, scope)).toEqual({ a: list.length });
    const value = Array.from({ length: 200 }, () => '{{(input.long | upper) == "x"}}');
    expect(() => render(value, scope)).toThrow(OVER);
  });

  it('is charged before the work is done', () => {
    const stringify = jest.spyOn(JSON, 'stringify');
    try {
      expect(() => evaluate(parseExpression('input.list | json'), scope, new StepBudget(1_000))).toThrow(OVER);
      expect(stringify).not.toHaveBeenCalled();
    } finally {
      stringify.mockRestore();
    }
  });

  it('is enough to search a string that is designed to be slow to search', () => {
    expect(evaluated('input.long | contains(input.needle)')).toBe(false);
    expect(evaluated('input.long | contains("aaa")')).toBe(true);
  });
});

describe('two values', () => {
  it.each<[string, string, boolean]>([
    ['lists', '{"l":[1,[2,"x"]],"r":[1,[2,"x"]]}', true],
    ['lists of different lengths', '{"l":[1],"r":[1,2]}', false],
    ['lists in different orders', '{"l":[1,2],"r":[2,1]}', false],
    ['objects with members in different orders', '{"l":{"a":1,"b":{"c":[2]}},"r":{"b":{"c":[2]},"a":1}}', true],
    ['objects with different members', '{"l":{"a":1},"r":{"b":1}}', false],
    ['an object and a list', '{"l":{},"r":[]}', false],
    ['a list and its text', '{"l":[1],"r":"[1]"}', false],
    ['an absent value and null', '{"l":null}', true],
    ['a number and its text', '{"l":1,"r":"1"}', false],
    ['objects with an inherited name', '{"l":{"constructor":1},"r":{"a":1}}', false],
  ])('%s: %s are equal: %s', (_what, text, expected) => {
    const input = JSON.parse(text) as Scope;
    const same = (expression: string): unknown =>
      evaluate(parseExpression(expression), { input, steps: {}, run: {} }, new StepBudget());
    expect([same('input.l == input.r'), same('input.l != input.r')]).toEqual([expected, !expected]);
  });

  it('are compared without serializing them', () => {
    const stringify = jest.spyOn(JSON, 'stringify');
    try {
      expect(evaluated('input.small == input.list')).toBe(false);
      expect(evaluated('input.list == input.other')).toBe(true);
      expect(stringify).not.toHaveBeenCalled();
    } finally {
      stringify.mockRestore();
    }
  });

  it('can be nested deeper than the stack allows', () => {
    const deep = (): Scope => JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`) as Scope;
    const input = { l: deep(), r: deep() };
    expect(evaluate(parseExpression('input.l == input.r'), { input, steps: {}, run: {} }, new StepBudget())).toBe(true);
  });
});
