import type { Policy } from '../policy-engine.js';
import { fromJson } from '../values/json.js';
import type { RegoObject } from '../values/object.js';
import { printValue } from '../values/print.js';
import { answersTo, outcomeText, policyOf, policyOfFiles, valueOfP } from './test-support.js';

describe('a policy', () => {
  const example = (): Policy =>
    policyOfFiles(
      {
        'a.rego': 'package a.b\n\np := input.x\n\nq contains 1\n\nf(x) := x\n',
        'b.rego': 'package a\n\nr[k] := 1 if k := "k"\n',
      },
      { base: { x: [1] }, other: { 'with space': 1 }, A_1: { b2_: 1 } },
    );

  it('lists its rules with their locations', () => {
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

  it('can be evaluated with other data, and its own data does not change', () => {
    const policy = policyOf('p := data.x', { x: 1 });
    const decided = (one: Policy): string | undefined => {
      const evaluation = one.prepareRule('data.a.p')?.evaluate(undefined);
      return evaluation?.outcome === 'value' ? printValue(evaluation.value) : evaluation?.outcome;
    };
    const over = (data: unknown): unknown => {
      const rebased = policy.withData(fromJson(data) as RegoObject);
      return rebased.ok ? decided(rebased.policy) : rebased.errors.map(String);
    };
    expect([over({ x: 2 }), over({}), decided(policy)]).toEqual(['2', 'undefined', '1']);
    const conflict = ['a.rego:3:1: rego_compile_error: conflicting rule for data path a/p found'];
    expect(over({ a: { p: 1 } })).toEqual(conflict);
    expect(over({ a: [] })).toEqual(conflict);
    expect(over({ a: { q: 1 } })).toBe('undefined');
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
    ['data', true],
    ['data.base', true],
    ['a.b.p.anything', true],
    ['a.b.q["any thing"].below', true],
    ['a.b.f.below', false],
    ['data.a[0]', false],
    ['data.a[x]', false],
    ['a.b; a', false],
    ['not a.b', false],
    ['a.b with input as 1', false],
    ['a.b.p == 1', false],
    ['[1].a', false],
    ['"a"', false],
    ['1a', false],
    ['a..b', false],
    ['', false],
    ['other["with space"]', true],
    ['data.other["with space"]', true],
    ['A_1.b2_', true],
  ])('reports whether a rule or data exists at %s', (path, expected) => {
    expect(example().has(path)).toBe(expected);
  });

  it('prepares each path once', () => {
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

  it('returns the bindings of queries', () => {
    const policy = example();
    const prepared = policy.prepareQuery('some x; data.a.b.q[x]; y = [x, data.a.b.p]');
    const result = prepared.ok ? prepared.query.evaluate(fromJson({ x: 5 })) : undefined;
    const bindings = result?.outcome === 'results' ? result.bindings : [];
    expect(bindings.map((binding) => Object.fromEntries([...binding].map(([k, v]) => [k, printValue(v)])))).toEqual([
      { x: '1', y: '[1, 5]' },
    ]);
    expect(policy.prepareQuery('x = ').ok).toBe(false);
  });

  it('can be evaluated during another evaluation', () => {
    const printing = policyOf('p := [q, input.x] if { q; print("now") }\nq := [input.x]');
    const rule = printing.prepareRule('a.p');
    const inner: string[] = [];
    const result = rule?.evaluate(fromJson({ x: 1 }), {
      print: () => inner.push(outcomeText(rule.evaluate(fromJson({ x: 2 })))),
    });
    expect(inner).toEqual(['[[2], 2]']);
    expect(result && outcomeText(result)).toBe('[[1], 1]');
  });

  it('returns the complete data document', () => {
    const result = policyOf('p := 1', { b: 2 }).prepareRule('data')?.evaluate(undefined);
    expect(result && outcomeText(result)).toBe('{"a": {"p": 1}, "b": 2}');
  });

  it('caches at most a thousand prepared paths', () => {
    const policy = example();
    const first = policy.prepareRule('a.b.p.x0');
    for (let index = 1; index < 1_000; index++) policy.prepareRule(`a.b.p.x${index}`);
    expect(policy.prepareRule('a.b.p.x0')).toBe(first);
    policy.prepareRule('a.b.p.x1000');
    expect(policy.prepareRule('a.b.p.x0')).not.toBe(first);
  });

  it('lists a default without rules, and creates the list only once', () => {
    const policy = policyOf('default p := 1\n\ndefault q := 2\nq := 3');
    expect(policy.rules().map(({ path, row }) => `${path}:${row}`)).toEqual(['data.a.p:3', 'data.a.q:6']);
    expect(policy.rules()).toBe(policy.rules());
  });

  it('lists the coverable rows by file', () => {
    const policy = policyOfFiles({
      'b.rego':
        'package b\n\ndefault p := 1\n\np := 2 if {\n\tinput.x\n\tevery y in [z |\n\t\tz := 1\n\t] {\n\t\ty == 1\n\t}\n} else := {"k": {z |\n\tz := 3\n}}',
      'a.rego':
        'package a\n\nq[k] := [1, count([z |\n\tz := 4\n])] if k := "a"\n\ns contains {z: 1 |\n\tz := 5\n}[_]\n\nf(x) := x',
    });
    expect([...policy.coverableLines()]).toEqual([
      ['a.rego', [3, 4, 5, 7, 8, 11]],
      ['b.rego', [3, 5, 6, 7, 8, 10, 12, 13]],
    ]);
  });
});

describe('a result', () => {
  const doubled = (levels: number): string => {
    const rules = Array.from({ length: levels }, (_, index) => `x${index + 1} := [x${index}, x${index}]`);
    return ['x0 := [1]', ...rules].join('\n');
  };

  it('counts shared parts each time they occur', () => {
    const limits = { maxBytes: 100_000 };
    expect(valueOfP(`${doubled(14)}\np := x14`, { limits })).toBe('limit: memory');
    expect(valueOfP(`${doubled(14)}\np := count(x14)`, { limits })).toBe('2');
    const files = { 'a.rego': `package a\n\n${doubled(14)}` };
    expect(answersTo('x = data.a.x14', { files, limits })).toBe('limit: memory');
    expect(answersTo('x = count(data.a.x14)', { files, limits })).toBe('{x = 2}');
  });

  it('of a query contains only its variables and is charged for each of them', () => {
    const files = { 'a.rego': 'package a\n\np contains x if some x in [1, 2]' };
    expect(answersTo('data.a.p[x]; y = x + 1', { files })).toBe('{x = 1, y = 2} {x = 2, y = 3}');
    const query = 'xs = numbers.range(1, 1000); x = xs[_]';
    expect(answersTo(`count([1 | ${query}]) == 1000`, { limits: { maxBytes: 100_000 } })).not.toMatch(/^limit/);
    expect(answersTo(query, { limits: { maxBytes: 100_000 } })).toBe('limit: memory');
  });

  it('of a query is not affected by a nested query', () => {
    const inner: number[] = [];
    const prepared = policyOf('p := 1').prepareQuery('x = [1, 2][_]; print(x)');
    if (!prepared.ok) throw new Error('the query is wrong');
    const { query } = prepared;
    const count = (result: ReturnType<typeof query.evaluate>): number =>
      result.outcome === 'results' ? result.bindings.length : -1;
    const print = (): void => void inner.push(count(query.evaluate(undefined)));
    expect(count(query.evaluate(undefined, { print }))).toBe(2);
    expect(inner).toEqual([2, 2]);
  });

  it('is an error if the query fails', () => {
    expect(answersTo('x = {1: y | y = [1, 2][_]}')).toBe('eval_conflict_error: object keys must be unique');
  });
});
