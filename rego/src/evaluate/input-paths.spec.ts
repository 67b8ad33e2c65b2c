import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePolicy } from '../node.js';
import type { Evaluation } from '../policy-engine.js';
import { fromJson } from '../values/json.js';
import { printValue } from '../values/print.js';

function pathsOf(texts: readonly string[], rule: string): readonly string[] | null {
  const compiled = compilePolicy(texts.map((text, index) => ({ path: `${index}.rego`, text })));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  const paths = compiled.policy.prepareRule(rule)?.inputPaths() ?? null;
  return paths && paths.map((path) => path.join('.')).sort();
}

test.each<[string, string, readonly string[] | null]>([
  ['members', 'allow if input.a.b == input.c', ['a.b', 'c']],
  ['members up to a key known only at run time', 'allow if { k := input.k; input.a[k].b == 1 }', ['a', 'k']],
  ['an item of a list: the list', 'allow if input.a[0].b == 1', ['a']],
  ['members of lists', 'allow if { some x in input.xs; x.y == 1 }', ['xs']],
  ['object.get by name', 'allow if object.get(input, "a", input.b) == 1', ['a', 'b']],
  ['object.get by path', 'allow if object.get(input, ["a", "b"], null) == 1', ['a.b']],
  ['object.get with a key known only at run time', 'allow if { k := input.k; object.get(input, k, 1) == 1 }', null],
  ['helpers', 'allow if { helper }\n\nhelper if input.a\n\nunused if input.z', ['a']],
  ['functions', 'allow if f(input.x)\n\nf(y) if y == input.a', ['a', 'x']],
  ['functions that receive the input', 'allow if f(input)\n\nf(y) if y.a == 1', null],
  [
    'else, defaults and comprehensions',
    'default allow := false\n\nallow if input.a else := true if count([x | x := input.b[_]]) > 1',
    ['a', 'b'],
  ],
  ['every', 'allow if every x in input.xs { x == input.a }', ['a', 'xs']],
  ['negation and templates', 'allow if { not input.a; $"{input.b}" == "x" }', ['a', 'b']],
  [
    'dynamic rules',
    'allow if { some k; rules[k] == input.c }\n\nrules[input.a] := 1\n\nrules.b := input.d',
    ['a', 'c', 'd'],
  ],
  ['walks', 'allow if { walk(input, [_, "ann"]) }', null],
  [
    'the `with` keyword on members and on nested members',
    'allow if helper with input.a as input.b\n\nhelper if input.a == input.c',
    ['a', 'b', 'c'],
  ],
  ['the `with` keyword on the entire input', 'allow if helper with input as {"a": 1}\n\nhelper if input.a == 1', null],
])('input paths that a rule reads: %s', (_name, text, paths) => {
  expect(pathsOf([`package app\n\n${text}`], 'data.app.allow')).toEqual(paths);
});

test('input paths include the paths that documents and other packages read, even behind variable references', () => {
  const app = 'package app\n\nallow if { some name; data.lib[name].ok }\n\ndocument if data.lib.one';
  const one = 'package lib.one\n\nok if input.a\n\nother if input.b';
  const two = 'package lib.two\n\nok if input.c';
  expect(pathsOf([app, one, two], 'data.app.allow')).toEqual(['a', 'b', 'c']);
  expect(pathsOf([app, one, two], 'data.app.document')).toEqual(['a', 'b']);
  expect(pathsOf([app, one, two], 'data.lib')).toEqual(['a', 'b', 'c']);
});

test.each([
  ['the time', 'time.now_ns() > 0', true],
  ['chance', 'rand.intn("x", 5) >= 0', true],
  ['an identifier', 'uuid.rfc4122("x") != ""', true],
  ['the runtime', 'is_object(opa.runtime())', true],
  ['only its input', 'input.a == 1', false],
])('an evaluation reports whether it depends on %s', (_name, body, expected) => {
  const compiled = compilePolicy([{ path: 'a.rego', text: `package app\n\nallow if ${body}` }]);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  let isOutside = false;
  const options = { onOutside: () => void (isOutside = true) };
  const evaluation = compiled.policy.prepareRule('data.app.allow')?.evaluate(fromJson({ a: 1 }), options);
  expect([evaluation, isOutside]).toEqual([{ outcome: 'value', value: true }, expected]);
});

interface Case {
  readonly modules?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
}

/** The cases in the suite that have modules and an object as input. */
const cases = readFileSync(join(__dirname, '../../../../shared/conformance/rego-cases.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case)
  .filter(({ modules = [], input }) => modules.length > 0 && isObject(input));

test('input values outside the reported paths never affect any rule in the suite', () => {
  let compared = 0;
  for (const { modules = [], data = {}, input } of cases) {
    const compiled = compilePolicy(
      modules.map((text, index) => ({ path: `${index}.rego`, text })),
      { data },
    );
    if (!compiled.ok || !isObject(input)) continue;
    for (const { path, kind } of compiled.policy.rules()) {
      const rule = kind === 'function' ? undefined : compiled.policy.prepareRule(path);
      const paths = rule?.inputPaths();
      if (!rule || !paths) continue;
      let isOutside = false;
      const ask = (value: unknown) => rule.evaluate(fromJson(value), { onOutside: () => void (isOutside = true) });
      const answer = ask(input);
      if (isOutside || answer.outcome === 'limit') continue;
      const others = [onlyAt(input, paths), { ...input, 'no one looks here': [1] }];
      for (const other of others) expect([path, told(ask(other))]).toEqual([path, told(answer)]);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(50);
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(evaluation: Evaluation): string {
  return evaluation.outcome === 'value' ? printValue(evaluation.value) : evaluation.outcome;
}

/** Returns only the parts of the input at the paths. */
function onlyAt(input: Record<string, unknown>, paths: readonly (readonly string[])[]): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const path of paths) {
    let from: unknown = input;
    let to = kept;
    for (const [depth, name] of path.entries()) {
      if (!isObject(from) || !Object.hasOwn(from, name)) break;
      from = from[name];
      // A value that is not an object ends the path early.
      const isEnd = depth === path.length - 1 || !isObject(from);
      const held = to[name];
      if (isEnd) to[name] = structuredClone(from);
      else if (isObject(held)) to = held;
      else to = to[name] = {};
    }
  }
  return kept;
}
