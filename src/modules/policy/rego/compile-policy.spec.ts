import { compilePolicy } from './compile-policy';
import { outcomeText, policyOf, policyOfFiles } from './evaluate/test-support';
import { fromJson } from './values/json';
import { printValue } from './values/print';

describe('compilePolicy', () => {
  it('reports the faults of all files', () => {
    const result = compilePolicy([
      { path: 'one.rego', text: 'package a\n\np := \n' },
      { path: 'two.rego', text: 'package b\n\nq if {\n' },
    ]);
    expect(result.ok).toBe(false);
    const files = result.ok ? [] : result.errors.map((error) => error.location?.file);
    expect(new Set(files)).toEqual(new Set(['one.rego', 'two.rego']));
  });

  it('takes time in proportion to the bodies within a body', () => {
    // Of the processor: a busy machine takes longer, and not for more work.
    const microsFor = (count: number): number => {
      const closures = Array.from({ length: count }, (_, index) => `z${index} := [x | x = input.a]`).join('\n');
      const began = process.cpuUsage();
      const source = { path: 'a.rego', text: `package a\n\np if {\n${closures}\n}\n` };
      expect(compilePolicy([source], { limits: { deadlineMs: 120_000 } }).ok).toBe(true);
      return process.cpuUsage(began).user;
    };
    // The least of three: garbage is collected in one or the other.
    const leastFor = (count: number): number => Math.min(...Array.from({ length: 3 }, () => microsFor(count)));
    microsFor(3_000);
    // Five times the work; 25 times were each body given its own list of the names around it.
    expect(leastFor(30_000) / leastFor(6_000)).toBeLessThan(15);
  });

  it('compiles one source into several policies, each with what stands beside it', () => {
    const base = {
      path: 'base.rego',
      text: 'package base\n\np := [x | some x in data.own.q]\n\nr := f(2)\n\nf(x) := x + 1\n',
    };
    const valueBeside = (own: string): string | undefined => {
      const result = compilePolicy([base, { path: 'own.rego', text: `package own\n\n${own}\n` }]);
      const value = result.ok ? result.policy.prepareRule('base')?.evaluate(undefined) : undefined;
      return value && outcomeText(value);
    };
    expect(valueBeside('q := [1, 2]')).toBe('{"p": [1, 2], "r": 3}');
    expect(valueBeside('q := data.base.f(1, 2)')).toBeUndefined();
    expect(valueBeside('q := ["a"]')).toBe('{"p": ["a"], "r": 3}');
  });

  it('refuses data that is no JSON', () => {
    const result = compilePolicy([{ path: 'a.rego', text: 'package a\n\np := 1\n' }], { data: { f: () => 1 } });
    expect(result.ok ? [] : result.errors.map((error) => error.code)).toEqual(['rego_compile_error']);
  });

  it('is not changed by what happens to the data afterwards', () => {
    const data = { xs: [1] };
    const policy = policyOf('p := data.xs', data);
    data.xs.push(2);
    expect(outcomeText(policy.prepareRule('a.p')?.evaluate(undefined) ?? { outcome: 'undefined' })).toBe('[1]');
  });
});

describe('a policy', () => {
  const policy = policyOfFiles(
    {
      'a.rego': 'package a.b\n\np := input.x\n\nq contains 1\n\nf(x) := x\n',
      'b.rego': 'package a\n\nr[k] := 1 if k := "k"\n',
    },
    { base: { x: [1] } },
  );

  it('lists its rules with their places', () => {
    expect(
      policy
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
    expect(policy.has(path)).toBe(expected);
  });

  it('prepares a path once', () => {
    expect(policy.prepareRule('a.b.p')).toBe(policy.prepareRule('data.a.b.p'));
    expect(policy.prepareRule('a.nope')).toBeUndefined();
  });

  it('evaluates rules, packages and base data by path', () => {
    const ask = (path: string): string =>
      outcomeText(policy.prepareRule(path)?.evaluate(fromJson({ x: 5 })) ?? { outcome: 'undefined' });
    expect(ask('a.b.p')).toBe('5');
    expect(ask('a.b')).toBe('{"p": 5, "q": {1}}');
    expect(ask('a.r')).toBe('{"k": 1}');
    expect(ask('base.x')).toBe('[1]');
  });

  it('answers queries with their bindings', () => {
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
