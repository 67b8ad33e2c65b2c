import { type PartialCase, residualText } from './test-support.js';

type Row = readonly [rule: string, source: string, query: string, residual: string, options?: PartialCase];

const rows = (cases: readonly Row[]): void => {
  for (const [rule, source, query, residual, options = {}] of cases) {
    it(rule, () => {
      expect(residualText(source, query, options)).toBe(residual);
    });
  }
};

describe('an expression that does not depend on unknowns', () => {
  rows([
    ['is evaluated', 'p := count([1, 2])', 'data.a.p = x', 'x = 2'],
    ['holds without conditions', 'p if data.roles.ann', 'data.a.p', 'always', { data: { roles: { ann: [] } } }],
    ['never holds when it is undefined', 'p if data.roles.ben', 'data.a.p', 'never', { data: { roles: {} } }],
    [
      'can use the known part of the input',
      'p if { input.a == 1; input.b == 2 }',
      'data.a.p',
      'input.b = 2',
      { unknowns: ['input.b'], input: { a: 1 } },
    ],
    [
      'can use known data next to unknown data',
      'p if data.x == data.y',
      'data.a.p',
      'data.y = 1',
      { unknowns: ['data.y'], data: { x: 1, y: 2 } },
    ],
    [
      'gives one query for each solution',
      'p contains x if some x in data.xs',
      'data.a.p[x]; x = input.y',
      '1 = input.y; x = 1\n2 = input.y; x = 2',
      { data: { xs: [1, 2] } },
    ],
  ]);
});

describe('unknowns', () => {
  rows([
    ['are saved', '', 'input.user = "alice"', 'input.user = "alice"'],
    ['are compared with known values of rules', 'p if "alice" == input.user', 'data.a.p', '"alice" = input.user'],
    ['must be true where a term is a condition', 'p if input.admin', 'data.a.p', 'input.admin'],
    ['are enumerated later', 'p if input.xs[_] == 1', 'data.a.p', 'input.xs[_] = 1'],
    ['can be members of composite values', 'p if { [1, x] = [y, input.x]; x > y }', 'data.a.p', 'input.x > 1'],
    ['remove equations that can never hold', 'p if [input.x, 1] == [1, 2]', 'data.a.p', 'never'],
    [
      'below known input are found by their keys',
      'p contains k if input[k]',
      'x = data.a.p[k]',
      'k = "y"; x = "y"\ninput.x; k = "x"; x = "x"',
      { unknowns: ['input.x'], input: { y: 2 } },
    ],
    [
      'are looked up in known data',
      'p if data.roles[input.user] == "admin"',
      'data.a.p',
      '"ann" = input.user',
      { data: { roles: { ann: 'admin', ben: 'none' } } },
    ],
    [
      'must be documents',
      '',
      'true',
      'rego_parse_error: `x.y` is not a valid unknown: name a document such as `input` or `data.users`',
      { unknowns: ['x.y'] },
    ],
  ]);
});

describe('complete rules', () => {
  rows([
    ['are inlined', 'p := x if x := input.a', 'data.a.p > 1', 'input.a > 1'],
    ['give one query per rule', 'p if input.a\np if input.b', 'data.a.p', 'input.a\ninput.b'],
    [
      'with a false default are inlined where they must be true',
      'default p := false\np if input.a',
      'data.a.p',
      'input.a',
    ],
    ['with a value other than the default are inlined', 'default p := 1\np := 2 if input.a', 'data.a.p = 2', 'input.a'],
    [
      'become support rules where the default can apply',
      'default p := 1\np := 2 if input.a',
      'data.a.p = x',
      'data.partial.a.p = x\npackage partial.a; default p := 1; p := 2 if input.a',
    ],
    ['with `else` are not inlined', 'p := 1 if input.a else := 2', 'data.a.p = x', 'data.a.p = x'],
    ['with `else` are evaluated when they are known', 'p := 1 if data.x else := 2', 'data.a.p = x', 'x = 2'],
    ['have members', 'p := {"a": input.x}', 'data.a.p.a = 1', '1 = input.x'],
    [
      'keep the default for members, unlike OPA',
      'default p := {"a": 1}\np := {"a": 2} if input.x',
      'data.a.p.a = 1',
      'data.partial.a.p.a = 1\npackage partial.a; default p := {"a": 1}; p := {"a": 2} if input.x',
    ],
  ]);
});

describe('rules for members', () => {
  rows([
    ['are inlined for one element', 'p contains x if x := input.xs[_]', 'data.a.p[1]', '1 = input.xs[_]'],
    ['are inlined for one key', 'p[k] := v if { some k, v in input.o }', 'data.a.p.a = 1', '1 = input.o.a'],
    [
      'become support rules as a whole',
      'p contains x if x := input.xs[_]',
      'data.a.p = x',
      'data.partial.a.p = x\npackage partial.a; p contains __local0__1 if __local0__1 = input.xs[_]',
    ],
    ['are the empty set if no rule can hold', 'p contains 1 if { input.x == 1; false }', 'data.a.p = x', 'x = set()'],
    [
      'are collected if several solutions produce one member, unlike OPA',
      'p[k] contains x if { k := "a"; x := input.xs[_] }',
      'data.a.p.a = x',
      'data.partial.a.p.a = x\npackage partial.a.p; a contains __local1__1 if __local1__1 = input.xs[_]',
    ],
  ]);
});

describe('functions', () => {
  rows([
    ['are inlined', 'f(x) := x + 1\np if f(input.a) == 2', 'data.a.p', '2 = input.a + 1'],
    ['are called if all arguments are known', 'f(x) := x + 1\np := f(2)', 'data.a.p = x', 'x = 3'],
    ['match arguments', 'f("a") := 1\nf("b") := 2\np if f(input.x) == 2', 'data.a.p', '"b" = input.x'],
    [
      'with a default become support rules',
      'default f(_) := 0\nf(x) := 1 if x > input.y\np if f(input.a) == 1',
      'data.a.p',
      'data.partial.a.f(input.a, 1)\npackage partial.a; default f(_) := 0; f(__local2__2) := 1 if { __local3__2 = input.y; __local2__2 > __local3__2 }',
    ],
    [
      'that are built in are saved if an argument is unknown',
      'p if startswith(input.path, "/a")',
      'data.a.p',
      'startswith(input.path, "/a")',
    ],
    ['that fail make the rest of the query undefined', 'p if { input.x; to_number("a") }', 'data.a.p', 'never'],
    ['whose results vary are called later by default', 'p if time.now_ns() > 1', 'data.a.p', 'time.now_ns() > 1'],
    [
      'whose results vary are called if an option requests it',
      'p if time.now_ns() > 1',
      'data.a.p',
      'always',
      { nondeterministicBuiltins: true },
    ],
  ]);
});

it('keeps an equation for a variable used in an earlier expression, unlike OPA', () => {
  const source = 'default f(_) := 0\nf(x) := 1 if x == input.b\np if { x := f(input.a); x == input.c }';
  expect(residualText(source, 'data.a.p')).toContain('data.partial.a.f(input.a, __local2__1); __local2__1 = input.c\n');
});

describe('negation', () => {
  rows([
    ['of a condition is inlined', 'p if not input.a', 'data.a.p', 'not input.a'],
    [
      'of a conjunction gives one query for each part',
      'p if not q\nq if { input.a; input.b }',
      'data.a.p',
      'not input.a\nnot input.b',
    ],
    [
      'of alternatives negates all alternatives',
      'p if not q\nq if input.a\nq if input.b',
      'data.a.p',
      'not input.a; not input.b',
    ],
    ['of a rule that never holds is removed', 'p if { input.a; not q }\nq if false', 'data.a.p', 'input.a'],
    ['of a negation removes both negations', 'p if not q\nq if not input.a', 'data.a.p', 'input.a'],
    [
      'of an enumeration becomes a support rule',
      'p if not q\nq if input.xs[_] == 1',
      'data.a.p',
      'not data.partial.__not1_0_2__\npackage partial; __not1_0_2__ if input.xs[_] = 1',
    ],
    [
      'requires values that are computed outside it, unlike OPA',
      'p if { x := input.a; not x == 1 }',
      'data.a.p',
      'not input.a = 1; _ = input.a',
    ],
  ]);
});

describe('a `with` modifier', () => {
  rows([
    [
      'that replaces an unknown stays in the result',
      'p if q with input.x as 1\nq if input.x == input.y',
      'data.a.p = true',
      'data.partial.a.q = _term_1_01 with input.x as 1; _term_1_01 with input.x as 1\npackage partial.a; q if input.x = input.y',
    ],
    ['that replaces known data is evaluated', 'p if { q with data.x as 1 }\nq if data.x == 1', 'data.a.p', 'always'],
    [
      'with an unknown value saves its expression',
      'p if data.a.q with data.x as input.y\nq if data.x == 1',
      'data.a.p',
      'data.a.q with data.x as input.y',
    ],
    [
      'that replaces a function calls the replacement',
      'f(x) := x\ng(_) := input.b\nq := f(1)\np if q == 2 with f as g',
      'data.a.p',
      'data.partial.a.q = 2\npackage partial.a; g(_) := __local0__3 if __local0__3 = input.b; q := __local2__2 if data.partial.a.g(1, __local2__2)',
    ],
    [
      'separates its support rules from those outside it, unlike OPA',
      'default q := false\nq if input.a == data.x\np if { q with data.x as 1; q == false }',
      'data.a.p',
      'data.partial.a.q = _term_1_01 with data.x as 1; _term_1_01 with data.x as 1; data.partial_1.a.q = false\npackage partial.a; default q := false; q if input.a = 1\npackage partial_1.a; default q := false; q if input.a = 2',
      { data: { x: 2 } },
    ],
  ]);
});

describe('closures', () => {
  rows([
    [
      'are saved with the values that they close over',
      'p := [x | x := input.xs[_]; x > y] if y := 1',
      'data.a.p = z',
      'z = [__local2__1 | __local2__1 = input.xs[_]; __local2__1 > __local0__1; __local0__1 = 1]',
    ],
    [
      'are evaluated when they are known',
      'p := {x | some x in data.xs}',
      'data.a.p = z',
      'z = {1, 2}',
      { data: { xs: [1, 2, 1] } },
    ],
    [
      'of `every` are unrolled over a known domain',
      'p if every x in [1, 2] { x < input.a }',
      'data.a.p',
      '1 < input.a; 2 < input.a',
    ],
    [
      'of `every` are saved over an unknown domain',
      'p if every x in input.xs { x > 1 }',
      'data.a.p',
      'every __local1__1, __local2__1 in input.xs { __local2__1 > 1 }',
    ],
    [
      'of templates become sets',
      'p := $"a {input.x}"',
      'data.a.p = "a b"',
      '__local2__1 = {__local1__1 | __local1__1 = input.x}; internal.template_string(["a ", __local2__1], "a b")',
    ],
  ]);
});

describe('inlining', () => {
  rows([
    [
      'can be disabled for a rule',
      'p if q\nq if input.x == 1',
      'data.a.p',
      'data.partial.a.q\npackage partial.a; q if input.x = 1',
      { disableInlining: ['data.a.q'] },
    ],
    [
      'can be disabled for data',
      'p if data.x == input.y',
      'data.a.p',
      'data.x = input.y',
      { disableInlining: ['data.x'], data: { x: 1 } },
    ],
    [
      'can be shallow',
      'p if q\nq if input.x == 1',
      'data.a.p = true',
      'data.partial.a.p = true\npackage partial.a; q if input.x = 1; p if { data.partial.a.q = _term_1_01; _term_1_01 }',
      { shallowInlining: true },
    ],
    [
      "uses a different package name if the policy already uses OPA's",
      'default p := 1\np := 2 if input.a',
      'data.a.p = x',
      'data.partial_.a.p = x\npackage partial_.a; default p := 1; p := 2 if input.a',
      { data: { partial: 1 } },
    ],
  ]);
});

describe('limits', () => {
  it.each([
    [
      'steps',
      'p if { some x in numbers.range(1, 1000); some y in numbers.range(1, 1000); x + y == input.z }',
      { limits: { deadlineMs: 60_000, maxSteps: 10_000 } },
    ],
    ['memory', 'p if { some x in numbers.range(1, 1000); x == input.z }', { maxQueries: 100 }],
    ['depth', `p if {\n${Array.from({ length: 500 }, (_, i) => `input.x${i}`).join('\n')}\n}`, {}],
  ])('stop the evaluation: %s', (limit, source, options) => {
    expect(residualText(source, 'data.a.p', options)).toBe(`limit: ${limit}`);
  });

  it('stop the evaluation before a stack overflow', () => {
    const size = 20_000;
    const names = Array.from({ length: size }, (_, at) => `x${at}`).join(', ');
    const data = { xs: Array.from({ length: size }, (_, at) => at) };
    expect(residualText(`p if { [${names}] = data.xs; input.a == x1 }`, 'data.a.p', { data })).toBe('limit: depth');
  });

  it('query errors are reported', () => {
    expect(residualText('', 'data.a.p = ')).toContain('rego_parse_error');
    expect(residualText('', 'x > 1')).toBe('query:1:1: rego_unsafe_var_error: var x is unsafe');
  });
});
