import { policyOfFiles } from '../evaluate/test-support.js';
import { fromJson } from '../values/json.js';
import { parseBody } from '../syntax/parser.js';
import { printBody, printModule } from './print-syntax.js';
import { residualText } from './test-support.js';

/** Prints a body, then parses the output and prints it again. */
function printedTwice(text: string): readonly string[] {
  const once = parsedAndPrinted(text);
  return [once, parsedAndPrinted(once)];
}

function parsedAndPrinted(text: string): string {
  const parsed = parseBody(text, 'query');
  return parsed.ok ? printBody(parsed.body) : parsed.errors.map(String).join('\n');
}

describe('printed bodies', () => {
  it.each([
    ['x = input.a[_].b["c-d"][0][null]'],
    ['x := (1 + input.a) * (2 - -3)'],
    ['y = (input.a | {1}) & set()'],
    ['x = {"a\\n\\u0007\\"": [], "é😀": {}, [1]: {{2}}}'],
    ['not startswith(input.path, "/a") with input.x as 1 with data.y as {"z": null}'],
    ['some x, y'],
    ['some k, v in input.xs'],
    ['1 in [1, 2]'],
    ['x = ("a" in {"a"})'],
    ['"k", 1 in {"k": 1}'],
    ['x = [y | y := input.xs[_]; not y > 1]'],
    ['x = {y: 1 | y = input.xs[z]}'],
    ['x = {y | y = input.xs[z]}[1]'],
    ['every k, v in input.xs {\n\tk < v\n\tevery w in v {\n\t\tw != k\n\t}\n}'],
    ['input.x[count(input.y)] = json.patch(input.z, []).a'],
  ])('%s', (text) => {
    expect(printedTwice(text)).toEqual([text, text]);
  });
});

describe('printed modules', () => {
  it('compile for any paths and values', () => {
    const files = {
      'a.rego':
        'package a["b-c"].if\n\ndefault p := "\\u0000"\n\np := 1 if input.x\n\nq["if"] := x if x := input.y\n\nq[k] := 1 if k := input.z',
    };
    const result = policyOfFiles(files).partial('x = data.a["b-c"].if.p; y = data.a["b-c"].if.q', undefined);
    const texts = result.outcome === 'partial' ? result.support.map(printModule) : [];
    expect(texts).toEqual([
      'package partial.a["b-c"]["if"]\n\ndefault p := "\\u0000"\n\np := 1 if input.x\n\nq[__local0__3] := 1 if __local0__3 = input.z\n\nq["if"] := __local1__4 if __local1__4 = input.y\n',
    ]);
    const support = Object.fromEntries(texts.map((text, at) => [`s${at}.rego`, text]));
    const query = policyOfFiles({ ...files, ...support }).prepareRule('data.partial.a["b-c"].if.q');
    expect(query?.evaluate(fromJson({ y: 2, z: 'k' }))).toMatchObject({ outcome: 'value' });
  });

  it('include all parts of a rule', () => {
    expect(residualText('default f(_) := 0\nf(x) := 2 if x == input.y\np contains f(1)', 'data.a.p = x')).toBe(
      [
        'data.partial.a.p = x',
        'package partial.a; default f(_) := 0; f(__local1__2) := 2 if __local1__2 = input.y; p contains __local0__1 if data.partial.a.f(1, __local0__1)',
      ].join('\n'),
    );
  });
});
