import { compilePolicy } from './node.js';
import { outcomeText, policyOf } from './evaluate/test-support.js';

describe('compilePolicy', () => {
  it('reports the errors of all files', () => {
    const result = compilePolicy([
      { path: 'one.rego', text: 'package a\n\np := \n' },
      { path: 'two.rego', text: 'package b\n\nq if {\n' },
    ]);
    expect(result.ok).toBe(false);
    const files = result.ok ? [] : result.errors.map((error) => error.location?.file);
    expect(new Set(files)).toEqual(new Set(['one.rego', 'two.rego']));
  });

  it('compiles nested bodies in linear time', () => {
    // Measures processor time, because a busy machine takes longer for the same work.
    const microsFor = (count: number): number => {
      const closures = Array.from({ length: count }, (_, index) => `z${index} := [x | x = input.a]`).join('\n');
      const began = process.cpuUsage();
      const source = { path: 'a.rego', text: `package a\n\np if {\n${closures}\n}\n` };
      expect(compilePolicy([source], { limits: { deadlineMs: 120_000 } }).ok).toBe(true);
      return process.cpuUsage(began).user;
    };
    // The minimum of three runs, because garbage collection slows down some of them.
    const leastFor = (count: number): number => Math.min(...Array.from({ length: 3 }, () => microsFor(count)));
    microsFor(3_000);
    // Five times the work. It would be 25 times the work if each body had its own list of outer names.
    expect(leastFor(30_000) / leastFor(6_000)).toBeLessThan(15);
  });

  it('compiles one source into several policies, each with different additional modules', () => {
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

  it('refuses data that is not JSON', () => {
    const result = compilePolicy([{ path: 'a.rego', text: 'package a\n\np := 1\n' }], { data: { f: () => 1 } });
    expect(result.ok ? [] : result.errors.map((error) => error.code)).toEqual(['rego_compile_error']);
  });

  it('is not affected by later changes to the data object', () => {
    const data = { xs: [1] };
    const policy = policyOf('p := data.xs', data);
    data.xs.push(2);
    expect(outcomeText(policy.prepareRule('a.p')?.evaluate(undefined) ?? { outcome: 'undefined' })).toBe('[1]');
  });
});
