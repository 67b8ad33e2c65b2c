import type { Policy } from '../policy-engine';
import { fromJson } from '../values/json';
import { printValue } from '../values/print';
import { outcomeText, policyOf, policyOfFiles } from './test-support';

describe('a policy', () => {
  const example = (): Policy =>
    policyOfFiles(
      {
        'a.rego': 'package a.b\n\np := input.x\n\nq contains 1\n\nf(x) := x\n',
        'b.rego': 'package a\n\nr[k] := 1 if k := "k"\n',
      },
      { base: { x: [1] } },
    );

  it('lists its rules with their places', () => {
    expect(
      example()
        .rules()
        .map(({ path, kind, file, row }) => `${path} ${kind} ${file}:${row}`)
        .sort(),
    ).toEqual([
      'data.a.b.f function a.rego:7',
      'data.a.b.p complete a.rego:3',
      'data.a.b.q partialSet a.rego:5',
      'data.a.r partialObject b.rego:3',
    ]);
  });

  it.each([
    ['a.b.p', true],
    ['data.a.b.p', true],
    ['a', true],
    ['a.b.f', true],
    ['base.x', true],
    ['data.a["b"].p', true],
    ['a.nope', false],
    ['base.nope', false],
    ['not a path(', false],
  ])('says whether something stands at %s', (path, expected) => {
    expect(example().has(path)).toBe(expected);
  });

  it('prepares a path once', () => {
    const policy = example();
    expect(policy.prepareRule('a.b.p')).toBe(policy.prepareRule('data.a.b.p'));
    expect(policy.prepareRule('a.nope')).toBeUndefined();
  });

  it('evaluates rules, packages and base data by path', () => {
    const policy = example();
    const ask = (path: string): string =>
      outcomeText(policy.prepareRule(path)?.evaluate(fromJson({ x: 5 })) ?? { outcome: 'undefined' });
    expect(ask('a.b.p')).toBe('5');
    expect(ask('a.b')).toBe('{"p": 5, "q": {1}}');
    expect(ask('a.r')).toBe('{"k": 1}');
    expect(ask('base.x')).toBe('[1]');
  });

  it('answers queries with their bindings', () => {
    const policy = example();
    const prepared = policy.prepareQuery('some x; data.a.b.q[x]; y = [x, data.a.b.p]');
    const result = prepared.ok ? prepared.query.evaluate(fromJson({ x: 5 })) : undefined;
    const bindings = result?.outcome === 'results' ? result.bindings : [];
    expect(bindings.map((binding) => Object.fromEntries([...binding].map(([k, v]) => [k, printValue(v)])))).toEqual([
      { x: '1', y: '[1, 5]' },
    ]);
    expect(policy.prepareQuery('x = ').ok).toBe(false);
  });

  it('may be asked while it is answering', () => {
    const printing = policyOf('p := [q, input.x] if { q; print("now") }\nq := [input.x]');
    const rule = printing.prepareRule('a.p');
    const inner: string[] = [];
    const result = rule?.evaluate(fromJson({ x: 1 }), {
      print: () => inner.push(outcomeText(rule.evaluate(fromJson({ x: 2 })))),
    });
    expect(inner).toEqual(['[[2], 2]']);
    expect(result && outcomeText(result)).toBe('[[1], 1]');
  });
});
