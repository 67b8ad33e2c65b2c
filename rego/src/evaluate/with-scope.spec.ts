import { answersTo, outcomeText, policyOf, policyOfFiles, valueOfP } from './test-support.js';

describe('a `with` modifier', () => {
  it.each([
    ['replaces the complete input', 'q := input\np := x if x := q with input as 1', '1'],
    [
      'replaces a part of input and keeps the rest',
      'q := input\np := x if x := q with input.a.b as 1',
      '{"a": {"b": 1}, "k": 0}',
    ],
    ['replaces a scalar with an object', 'q := input\np := x if x := q with input.k.b as 1', '{"k": {"b": 1}}'],
    ['applies in order', 'q := input.a\np := x if x := q with input.a as 1 with input.a as 2', '2'],
    [
      'keeps earlier replacements',
      'q := [input.a, input.b]\np := x if x := q with input.a as 1 with input.b as 2',
      '[1, 2]',
    ],
    [
      'evaluates its values in the surrounding scope',
      'q := input.b\np := x if x := q with input.k as 5 with input.b as input.k',
      '0',
    ],
    ['is undefined for an undefined value', 'p if { true with input.a as input.nope }', 'undefined'],
    ['ends with its expression', 'q := input.k\np := [x, y] if { x := q with input.k as 1; y := q }', '[1, 0]'],
    [
      'ends between the solutions of its expression',
      'p := [[x, input.k] | x := input.xs[_] with input.xs as [1, 2] with input.k as 5]',
      '[[1, 0], [2, 0]]',
    ],
    [
      'does not leave any results behind',
      'q := [input.k]\np := [a, b, c] if { a := q; b := q with input.k as 1; c := q }',
      '[[0], [1], [0]]',
    ],
    [
      'nests',
      'q := [input.a, input.b]\nr := x if x := q with input.b as 2\np := x if x := r with input.a as 1',
      '[1, 2]',
    ],
    ['applies inside `not`', 'q if input.k == 0\np if not q with input.k as 1', 'true'],
    [
      'applies inside comprehensions and `every`',
      'q := input.k\np := x if x := [y | y := q; every z in [1] { z == q }] with input.k as 1',
      '[1]',
    ],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source, { input: { k: 0 } })).toBe(expected);
  });

  it.each([
    ['base data', 'q := data.d\np := x if x := q with data.d.k as 1', '{"k": 1, "other": 2}'],
    ['missing data', 'q := data.new.k\np := x if x := q with data.new.k as 1', '1'],
    ['a complete rule', 'r := 1\nq := [r]\np := x if x := q with data.a.r as 5', '[5]'],
    ['a partial rule', 'r contains 1\np := x if x := {y | r[y]} with data.a.r as {7, 8}', '{7, 8}'],
    [
      'two rules together',
      'r := 1\ns := 2\nq := [r, s]\np := x if x := q with data.a.r as 5 with data.a.s as 6',
      '[5, 6]',
    ],
    ['a member of a replaced rule', 'r[k] := 1 if k := "a"\np := x if x := r.b with data.a.r as {"b": 2}', '2'],
  ])('replaces %s', (_, source, expected) => {
    expect(valueOfP(source, { data: { d: { k: 0, other: 2 } } })).toBe(expected);
  });

  it.each([
    ['a function with a function', 'f(x) := 1\ng(x) := x + 1\nq := f(5)\np := x if x := q with f as g', '6'],
    ['a function with a value', 'f(x) := 1\nq := f(5)\np := x if x := q with f as {"v": 1}', '{"v": 1}'],
    ['a function with a built-in function', 'f(x) := 1\nq := f([1, 2])\np := x if x := q with f as count', '2'],
    [
      'a function with a built-in function that has a longer name',
      'f(x) := 1\nq := f("a")\np := x if x := q with f as base64.encode',
      '"YQ=="',
    ],
    [
      'two functions together',
      'f(x) := 1\ng(x) := 2\nq := [f(0), g(0)]\np := x if x := q with f as 5 with g as 6',
      '[5, 6]',
    ],
    ['a built-in function with a value', 'q := time.now_ns()\np := x if x := q with time.now_ns as 7', '7'],
    ['a built-in function with a function', 'g(x) := 9\nq := count([])\np := x if x := q with count as g', '9'],
    [
      'except the call inside the replacement',
      'g(x) := count(x) + 10\nq := count([1])\np := x if x := q with count as g',
      '11',
    ],
    ['except calls with undefined arguments', 'q := count(input.nope)\np := x if x := q with count as 7', 'undefined'],
  ])('replaces calls: %s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });

  const F = 'f(x) := 1\nq := f(0)\n';

  it.each([
    ['the input itself', `${F}p := x if x := q with f as input`, '{"items": [8], "v": 7}'],
    ['a member of the input', `${F}p := x if x := q with f as input.v`, '7'],
    ['an item of the input', `${F}p := x if x := q with f as input.items[0]`, '8'],
    ['a member whose key is a variable', `${F}p := x if { some k in ["v"]; x := q with f as input[k] }`, '7'],
    [
      'a member that has the key `true`, not the function of that name',
      `${F}g["true"](x) := 2\ng[true] := 3 if false\np := x if x := q with f as data.a.g[true]`,
      'undefined',
    ],
  ])('replaces a function with %s', (_, source, expected) => {
    expect(valueOfP(source, { input: { v: 7, items: [8] } })).toBe(expected);
  });

  it.each([
    ['the variable itself', 'count = 7; x := q with f as count', '7'],
    ['a member of the variable', 'time = {"clock": 8}; x := q with f as time.clock', '8'],
    ['an undefined member', 'time = {}; x := 1; q with f as time.clock', 'undefined'],
    ['an undefined member, without a call', 'time = {}; x := 1; true with f as time.clock', 'undefined'],
    ['an undefined member, for input', 'time = {}; x := 1; q with input as time.clock', 'undefined'],
    ['an undefined member, for data', 'time = {}; x := 1; q with data.b as time.clock', 'undefined'],
  ])('treats a variable named like a built-in function as a value: %s', (_, body, expected) => {
    expect(valueOfP(`${F}p := x if { ${body} }`)).toBe(expected);
  });

  it('does not re-evaluate a rule that was evaluated before it, even inside another `with`', () => {
    const lines: string[] = [];
    const source = `q := input if print("asked")
r := [x, y, z] if { x := q; y := q with input as 2; z := q }
p := x if x := r with input as 1`;
    expect(valueOfP(source, { print: (line) => lines.push(line) })).toBe('[1, 2, 1]');
    expect(lines).toEqual(['asked', 'asked']);
  });

  it('refuses a target that is not a constant path', () => {
    expect(() => policyOf('p := x if x := input with input[0] as 1')).toThrow(
      'a.rego:3:22: rego_compile_error: with keyword target must be a constant path',
    );
  });

  it('refuses to replace data with a value that is not an object', () => {
    expect(answersTo('true with data as 1')).toBe('eval_type_error: data must be replaced by an object');
  });

  it('hides the rules of a package below a replaced path', () => {
    const files = {
      'a.rego': 'package a\n\np := x if x := data.b with data.b as {"k": 1}\n',
      'b.rego': 'package b\n\nr := 1\n',
    };
    const result = policyOfFiles(files).prepareRule('a.p')?.evaluate(undefined);
    expect(result && outcomeText(result)).toBe('{"k": 1}');
  });
});
