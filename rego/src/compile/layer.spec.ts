import fc from 'fast-check';
import { compileLayer, compilePolicy } from '../node.js';
import type { CompileResult, PolicySource } from '../policy-engine.js';
import { parseJson, toJson } from '../values/json.js';

/**
 * Rules that refer to each other across packages, in every possible way. Together they cause conflicts,
 * recursion and unsafe variables.
 */
const PACKAGES = ['a', 'a.b', 'a.b.c', 'b', 'b.c', 'd'];
const RULES = [
  'p := 1',
  'p := data.b.p + 1',
  'p := [x | some x in data.b.s]',
  's contains x if some x in [1, 2, 3]',
  's contains data.a.p',
  'q if data.a[input.name]',
  'q if not data.b.c.q',
  'q := data.d',
  'r[k] := v if some k, v in {"x": 1, "y": data.b.p}',
  'f(x) := x + 1',
  'g := data.b.f(2)',
  'g := data.b.f(2, 3, 4)',
  'h if data.a.p == "text"',
  'h if data.d.p with data.b.p as 7',
  'h if data.d.g with data.b.f as 7',
  'b.c := 1',
  'default q := false',
  'everything := data',
  'u := y',
  'w if { some i; data.b.s[i] == 2 }',
  'z if count(data.a.b) == 1 with count as data.b.f',
];
const DATA = { a: { name: 'n' }, e: { b: 1 } };
const INPUT = parseJson('{"name": "p"}');

const modules = fc.array(
  fc.record({ path: fc.constantFrom(...PACKAGES), rules: fc.uniqueArray(fc.constantFrom(...RULES), { maxLength: 4 }) }),
  { maxLength: 4 },
);

function sources(
  list: readonly { readonly path: string; readonly rules: readonly string[] }[],
  prefix: string,
): PolicySource[] {
  return list.map(({ path, rules }, at) => ({
    path: `${prefix}${at}.rego`,
    text: [`package ${path}`, ...rules].join('\n'),
  }));
}

/** Returns the visible result of a compilation: its errors, or each document with the documents below it. */
function seen(result: CompileResult): unknown {
  if (!result.ok) return result.errors.map(String);
  const { policy } = result;
  const evaluated = policy.rules().map(({ path, kind }) => {
    const outcome = kind === 'function' ? undefined : policy.prepareRule(path)?.evaluate(INPUT);
    return [path, kind, outcome?.outcome === 'value' ? toJson(outcome.value) : (outcome?.outcome ?? null)];
  });
  return { evaluated, lines: [...policy.coverableLines()] };
}

describe('a layer', () => {
  it('gives the same result as compiling its modules together with the modules above it', () => {
    let stoodAlone = 0;
    fc.assert(
      fc.property(modules, modules, (lower, upper) => {
        const [below, above] = [sources(lower, 'lower'), sources(upper, 'upper')];
        const layer = compileLayer(below);
        if (!layer.ok) return;
        stoodAlone++;
        const together = compilePolicy([...below, ...above], { data: DATA });
        expect(seen(compilePolicy(above, { data: DATA, below: layer.layer }))).toEqual(seen(together));
      }),
      { numRuns: 800, seed: 20_261 },
    );
    expect(stoodAlone).toBeGreaterThan(200);
  });

  it('can be shared by many policies, which do not change it', () => {
    const layer = compileLayer([{ path: 'lib.rego', text: 'package lib\nf(x) := x * 2\nlimit := 3' }]);
    if (!layer.ok) throw new Error('The layer does not compile.');
    const over = (text: string) => compilePolicy([{ path: 'own.rego', text }], { below: layer.layer });
    expect(seen(over('package own\np := data.lib.f(data.lib.limit)'))).toMatchObject({
      evaluated: expect.arrayContaining([['data.own.p', 'complete', 6]]) as unknown,
    });
    expect(seen(over('package own\np := data.lib.f(1, 2, 3)'))).toEqual([
      expect.stringContaining('function data.lib.f has arity 1, got 3 arguments'),
    ]);
    expect(seen(over('package own\np if data.lib.limit == "three"'))).toEqual([expect.stringContaining('match error')]);
    expect(seen(over('package own\np := data.lib.limit'))).toMatchObject({
      evaluated: expect.arrayContaining([['data.own.p', 'complete', 3]]) as unknown,
    });
  });

  it('counts toward the maximum number of rules of a policy', () => {
    const layer = compileLayer([{ path: 'lib.rego', text: 'package lib\np := 1 if input.x\nelse := 2\nq := 1' }]);
    if (!layer.ok) throw new Error('The layer does not compile.');
    const own = [{ path: 'own.rego', text: 'package own\np := 1' }];
    expect(seen(compilePolicy(own, { below: layer.layer, limits: { maxRules: 3 } }))).toEqual([
      expect.stringContaining('the policy has more than 3 rules'),
    ]);
    expect(compilePolicy(own, { below: layer.layer, limits: { maxRules: 4 } }).ok).toBe(true);
  });
});
