import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Body, Expr, Rule, Term } from './ast.js';
import { parseBody, parseModule, parseTerm } from './parser.js';
import { processorMs } from '../../../test/support/processor-time.js';

const casesPath = join(__dirname, '../../../../shared/conformance/rego-cases.jsonl');

/** Prints a term with all its brackets to show precedence. */
const show = (term: Term): string => {
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number':
      return term.text;
    case 'string':
      return JSON.stringify(term.value);
    case 'var':
      return term.name;
    case 'template':
      return `$${term.multiLine ? '`' : '"'}<${term.parts.map((part) => (typeof part === 'string' ? part : `{${show(part)}}`)).join('>')}>`;
    case 'ref':
      return `${show(term.head)}${term.path.map((element) => `[${show(element)}]`).join('')}`;
    case 'array':
      return `[${term.items.map(show).join(' ')}]`;
    case 'set':
      return `set(${term.items.map(show).join(' ')})`;
    case 'object':
      return `{${term.entries.map(([key, value]) => `${show(key)}:${show(value)}`).join(' ')}}`;
    case 'call':
      return `${term.operator}(${term.args.map(show).join(' ')})`;
    case 'arrayComprehension':
      return `[${show(term.value)} | ${showBody(term.body)}]`;
    case 'setComprehension':
      return `{${show(term.value)} | ${showBody(term.body)}}`;
    case 'objectComprehension':
      return `{${show(term.key)}:${show(term.value)} | ${showBody(term.body)}}`;
  }
};

const showBody = (body: Body): string => body.map(showExpr).join('; ');

const showExpr = (expr: Expr): string => {
  const modifiers = expr.with.map(({ target, value }) => ` with ${show(target)} as ${show(value)}`).join('');
  const key = 'key' in expr && expr.key !== undefined ? `${show(expr.key)}, ` : '';
  switch (expr.kind) {
    case 'term':
      return `${expr.negated ? 'not ' : ''}${show(expr.term)}${modifiers}`;
    case 'some':
      return `some ${expr.names.map(show).join(', ')}`;
    case 'someIn':
      return `some ${key}${show(expr.value)} in ${show(expr.domain)}${modifiers}`;
    case 'every':
      return `every ${key}${show(expr.value)} in ${show(expr.domain)} {${showBody(expr.body)}}${modifiers}`;
  }
};

const showRule = (rule: Rule): string => {
  const { head } = rule;
  const args = head.args === undefined ? '' : `(${head.args.map(show).join(' ')})`;
  const path = head.path.map((element) => `[${show(element)}]`).join('');
  const key = head.key === undefined ? '' : ` contains ${show(head.key)}`;
  const value = head.value === undefined ? '' : ` ${head.assignment ?? ''}${show(head.value)}`;
  const body = rule.bodyWritten ? ` if ${showBody(rule.body)}` : '';
  const next = rule.else === undefined ? '' : ` else ${showRule(rule.else)}`;
  return `${rule.default ? 'default ' : ''}${head.name.name}${path}${args}${key}${value}${body}${next}`;
};

const query = (text: string): string => {
  const parsed = parseBody(text);
  return parsed.ok ? showBody(parsed.body) : parsed.errors.join('\n');
};

const rules = (text: string): string[] => {
  const parsed = parseModule({ path: 'a.rego', text: `package a\n${text}` });
  return parsed.ok ? parsed.module.rules.map(showRule) : parsed.errors.map(String);
};

const outline = (text: string): string => {
  const parsed = parseModule({ path: 'a.rego', text });
  if (!parsed.ok) {
    return parsed.errors.join('\n');
  }
  const { package: own, imports } = parsed.module;
  return [own.path.join('/'), ...imports.map(({ path, alias }) => `${path.join('/')} ${alias ?? ''}`.trim())].join(
    ', ',
  );
};

describe('terms', () => {
  it.each([
    ['1 + 2 * 3 - 4', 'minus(plus(1 mul(2 3)) 4)'],
    ['(1 + 2) * 3 % 2 / 1', 'div(rem(mul(plus(1 2) 3) 2) 1)'],
    ['a | b & c + d', 'or(a and(b plus(c d)))'],
    ['a & b | c == d', 'equal(or(and(a b) c) d)'],
    ['a < b == c', 'equal(lt(a b) c)'],
    ['x in xs == true', 'internal.member_2(x equal(xs true))'],
    ['a in b in c', 'internal.member_2(internal.member_2(a b) c)'],
    ['k, v in xs', 'internal.member_3(k v xs)'],
    ['f(k, v in xs)', 'f(k internal.member_2(v xs))'],
    ['[k, (k, v in xs)]', '[k internal.member_3(k v xs)]'],
    ['x := 1 + 1', 'assign(x plus(1 1))'],
    ['1 = x', 'eq(1 x)'],
    ['1 -1', 'minus(1 1)'],
    ['- 1', '-1'],
    ['a -1', 'minus(a 1)'],
    ['a - -1.5e-3', 'minus(a -1.5e-3)'],
    ['-.5', '-0.5'],
    ['"a\\u00e9\\n\\/"', '"aé\\n/"'],
    ['"\\ud800"', '"\ufffd"'],
    ['`a\\n`', '"a\\\\n"'],
    ['null', 'null'],
    ['[1, true, null,]', '[1 true null]'],
    ['[\n1,\n\n2\n]', '[1 2]'],
    ['[, 1]', '[1]'],
    ['{}', '{}'],
    ['set()', 'set()'],
    ['{1, {2}}', 'set(1 set(2))'],
    ['{"a": 1, b: {},}', '{"a":1 b:{}}'],
    ['{"a" : x | y}', '{"a":x | y}'],
    ['{"a": x | y, "b": z}', '{"a":or(x y) "b":z}'],
    ['{"a": x | c, d in e: f}', '{"a":or(x c) internal.member_2(d e):f}'],
    ['{1 | 1}', '{1 | 1}'],
    ['{1 | 2, 3}', 'set(or(1 2) 3)'],
    ['{(1 | 2)}', 'set(or(1 2))'],
    ['[1 | 2, 3]', '[or(1 2) 3]'],
    ['{a + 1: b | c}', '{plus(a 1):b | c}'],
    ['[x | some x in xs; x > 1]', '[x | some x in xs; gt(x 1)]'],
    ['{x: y |\n x := 1\n y := 2\n}', '{x:y | assign(x 1); assign(y 2)}'],
    ['[[x | y, [x | y, z]], 1]', '[[or(x y) [or(x y) z]] 1]'],
    ['a.b["c"][d].e', 'a["b"]["c"][d]["e"]'],
    ['data.a.if.package', 'data["a"]["if"]["package"]'],
    ['if.x', 'if["x"]'],
    ['not["x"]', 'not["x"]'],
    ['contains("ab", "a")', 'contains("ab" "a")'],
    ['json.patch(a, [])[0].b', 'json.patch(a [])[0]["b"]'],
    ['data.lib["my-f"].g(x)', 'data.lib["my-f"].g(x)'],
    ['[1, 2][i]', '[1 2][i]'],
    ['{"a": 1}.a', '{"a":1}["a"]'],
    ['{x | x := 1}[y]', '{x | assign(x 1)}[y]'],
    ['f()', 'f()'],
    ['_ == _', 'equal($0 $1)'],
    ['[_ | _]', '[$0 | $1]'],
    ['x[_].y[_]', 'x[$0]["y"][$1]'],
    ['$"a{x}b{1 + 1}"', '$"<a>{x}>b>{plus(1 1)}>'],
    ['$"\\{\\t{$`{y}}`}"', '$"<{\t>{$`<{y}>}>}>'],
    ['$`\\{"\\n{x}\n`', '$`<{"\\n>{x}>\n>'],
    ['$"{a with input as 1}"', '$"<{[$0 | eq($0 a) with input as 1][0]}>'],
    ['$"{{x: 1}}{[1][0]}"', '$"<{{x:1}}>{[1][0]}>'],
    ['"__proto__"', '"__proto__"'],
  ])('reads %j', (text, expected) => {
    expect(query(text)).toBe(expected);
  });

  it.each([
    ['{"a": {1, 2}}', '{"a":set(1 2)}'],
    ['1; 2', ':1:1: rego_parse_error: expected exactly one term'],
    ['', ':1:1: rego_parse_error: empty query'],
  ])('reads %j as a single term', (text, expected) => {
    const parsed = parseTerm(text);
    expect(parsed.ok ? show(parsed.term) : parsed.errors.join()).toBe(expected);
  });
});

describe('expressions', () => {
  it.each([
    ['a; b', 'a; b'],
    ['a\nb', 'a; b'],
    ['not a == b', 'not equal(a b)'],
    ['some x, y', 'some x, y'],
    ['some x in xs', 'some x in xs'],
    ['some k, {"a": v} in xs with input as 1', 'some k, {"a":v} in xs with input as 1'],
    ['every x in xs { x > 1; x < 3 }', 'every x in xs {gt(x 1); lt(x 3)}'],
    ['every k, _ in {1} { k }', 'every k, $0 in set(1) {k}'],
    ['a with input.x as 1 with data.f as g', 'a with input["x"] as 1 with data["f"] as g'],
    ['x = [1 |\n a # why\n b]', 'eq(x [1 | a; b])'],
  ])('reads %j', (text, expected) => {
    expect(query(text)).toBe(expected);
  });
});

describe('rules', () => {
  it.each<[string, string[]]>([
    ['p := 1', ['p :=1']],
    ['p = 1 q := 2', ['p =1', 'q :=2']],
    ['p if x', ['p true if x']],
    ['p if { x; y }', ['p true if x; y']],
    ['p if { x }', ['p true if x']],
    ['p if {x | x}', ['p true if {x | x}']],
    ['p if {x} == y', ['p true if equal(set(x) y)']],
    ['p if {"a": 1}', ['p true if {"a":1}']],
    ['p if {}', ['p true if {}']],
    ['p if { a | b; c }', ['p true if {a | b; c}']],
    ['p if { x in [1] }', ['p true if internal.member_2(x [1])']],
    ['p contains x if { x := 1 }', ['p contains x if assign(x 1)']],
    ['p contains "a"', ['p contains "a"']],
    ['p[x] := y if { z }', ['p[x] :=y if z']],
    ['p[x] if y', ['p[x] true if y']],
    ['a.b[x].c contains y if z', ['a["b"][x]["c"] contains y if z']],
    ['p.q.r := 1', ['p["q"]["r"] :=1']],
    ['f(x, _) := x if x > 1', ['f(x $0) :=x if gt(x 1)']],
    ['f (x) if x', ['f(x) true if x']],
    ['a.f(x) := 1', ['a["f"](x) :=1']],
    ['f(g(x)) := 1', ['f(g(x)) :=1']],
    ['f(x)', ['f(x) true']],
    ['f() := 1', ['f :=1']],
    ['default p := {"a": [1]}', ['default p :={"a":[1]}']],
    ['default f(_, x) = 1', ['default f($0 x) =1']],
    ['default default.x := 1', ['default default["x"] :=1']],
    ['p := 1 if x else := 2 if { y } else := 3', ['p :=1 if x else p :=2 if y else p :=3']],
    ['p if x else if y', ['p true if x else p true if y']],
    ['f(_) := 1 if x else := 2', ['f($0) :=1 if x else f($1) :=2']],
    ['p if { x } { y }', ['p true if x', 'p true if y']],
    ['if.x := 1\nif.y := 2\nwith.z := 3', ['if["x"] :=1', 'if["y"] :=2', 'with["z"] :=3']],
    ['p if x\nelse.y := 1', ['p true if x', 'else["y"] :=1']],
    ['contains.x contains "y"', ['contains["x"] contains "y"']],
    ['p := [x | x := 1][_]', ['p :=[x | assign(x 1)][$0]']],
  ])('reads %j', (text, expected) => {
    expect(rules(text)).toEqual(expected);
  });

  it('records the locations of rules, heads and expressions', () => {
    const parsed = parseModule({ path: 'a.rego', text: 'package a\n\np := 1 if {\n\tnot "é" == x\n} else := 2\n' });
    const rule = parsed.ok ? parsed.module.rules[0] : undefined;
    expect(rule?.loc).toEqual({
      file: 'a.rego',
      row: 3,
      col: 1,
      offset: 11,
      text: 'p := 1 if {\n\tnot "é" == x\n} else := 2',
    });
    expect(rule?.head.loc.text).toBe('p := 1');
    expect(rule?.body[0]?.loc).toMatchObject({ row: 4, col: 2, text: 'not "é" == x' });
    expect(rule?.else?.loc).toMatchObject({ row: 5, col: 3, text: 'else := 2' });
  });
});

describe('packages and imports', () => {
  it.each([
    ['package a.b["c-d"].if', 'a/b/c-d/if'],
    ['package if.a', 'if/a'],
    [
      'package a\nimport rego.v1\nimport future.keywords.in\nimport data.x.y as z',
      'a, rego/v1, future/keywords/in, data/x/y z',
    ],
    ['package a import input', 'a, input'],
  ])('reads %j', (text, expected) => {
    expect(outline(text)).toBe(expected);
  });
});

describe('errors', () => {
  it.each([
    ['', 'a.rego:1:1: rego_parse_error: empty module'],
    ['# nothing', 'a.rego:1:1: rego_parse_error: empty module'],
    ['p := 1', 'a.rego:1:1: rego_parse_error: package expected'],
    ['package foo.', 'a.rego:1:12: rego_parse_error: unexpected eof token: expected identifier'],
    ['package', 'a.rego:1:7: rego_parse_error: unexpected eof token'],
    ['package a\npackage b', 'a.rego:2:1: rego_parse_error: unexpected package'],
    ['package a[x]', 'a.rego:1:11: rego_parse_error: unexpected var token: expecting string'],
    [
      'package a\nimport foo',
      'a.rego:2:8: rego_parse_error: unexpected import path, must begin with one of: {data, future, input, rego}, got: foo (hint: if this is unexpected, try updating OPA)',
    ],
    [
      'package a\nimport data.x.if',
      'a.rego:2:8: rego_parse_error: unexpected import path, must not end with a keyword, got: if',
    ],
    ['package a\nimport data.x as if', 'a.rego:2:18: rego_parse_error: unexpected if keyword: expected var'],
    ['package a\nimport rego.v2', 'a.rego:2:8: rego_parse_error: invalid import `rego.v2`, must be `rego.v1`'],
    [
      'package a\nimport future.keywords.x',
      'a.rego:2:8: rego_parse_error: unexpected keyword, must be one of [contains every if in]',
    ],
    [
      'package a\nimport data.x\nimport data.y.x',
      'a.rego:3:1: rego_compile_error: import must not shadow import data.x',
    ],
    ['package a\np { x }', 'a.rego:2:1: rego_parse_error: `if` keyword is required before rule body'],
    ['package a\nf(x) { x }', 'a.rego:2:1: rego_parse_error: `if` keyword is required before function body'],
    [
      'package a\np[x] { x }',
      'a.rego:2:1: rego_parse_error: `if` keyword is required before rule body\na.rego:2:1: rego_parse_error: `contains` keyword is required for partial set rules',
    ],
    ['package a\np["x"]', 'a.rego:2:1: rego_parse_error: `contains` keyword is required for partial set rules'],
    ['package a\np.q.r', 'a.rego:2:1: rego_parse_error: rule must have value assignment and/or body declaration'],
    ['package a\np if x\nelse { y }', 'a.rego:3:1: rego_parse_error: `if` keyword is required before rule body'],
    ['package a\np', 'a.rego:2:1: rego_parse_error: var cannot be used for rule name'],
    ['package a\n1', 'a.rego:2:1: rego_parse_error: number cannot be used for rule name'],
    ['package a\n"x" := 1', 'a.rego:2:1: rego_parse_error: string cannot be used for rule name'],
    ['package a\ncontains := 1', 'a.rego:2:1: rego_parse_error: contains keyword cannot be used for rule name'],
    ['package a\nnot p', 'a.rego:2:1: rego_parse_error: negated expressions cannot be used for rule head'],
    ['package a\nsome x', "a.rego:2:1: rego_parse_error: 'some' declarations cannot be used for rule head"],
    [
      'package a\np := 1 with input as 2',
      'a.rego:2:1: rego_parse_error: expressions using with keyword cannot be used for rule head',
    ],
    ['package a\np := 1; q := 2', 'a.rego:2:1: rego_parse_error: multiple expressions cannot be used for rule head'],
    ['package a\np == 1', 'a.rego:2:3: rego_parse_error: unexpected equal token'],
    [
      'package a\np :=',
      'a.rego:2:4: rego_parse_error: unexpected eof token\na.rego:2:4: rego_parse_error: unexpected eof token: expected rule value term (e.g., p := <VALUE> { ... })',
    ],
    [
      'package a\np := -x',
      'a.rego:2:7: rego_parse_error: unexpected identifier token: expected number\na.rego:2:7: rego_parse_error: unexpected identifier token: expected rule value term (e.g., p := <VALUE> { ... })',
    ],
    ['package a\ndefault p := x', 'a.rego:2:1: rego_parse_error: illegal default rule (value cannot contain var)'],
    ['package a\ndefault p contains 1', 'a.rego:2:1: rego_parse_error: illegal default rule (must have a value)'],
    [
      'package a\ndefault f(x, x) := 1',
      'a.rego:2:1: rego_parse_error: illegal default rule (arguments cannot be repeated x)',
    ],
    [
      'package a\ndefault f(1) := 1',
      'a.rego:2:1: rego_parse_error: illegal default rule (arguments cannot contain number)',
    ],
    ['package a\ndefault := 1', 'a.rego:2:1: rego_parse_error: unexpected default keyword'],
    ['package a\np if {\nevery x in y {}}', 'a.rego:3:15: rego_parse_error: found empty body'],
    ['package a\np if { x y }', 'a.rego:2:10: rego_parse_error: unexpected identifier token: expected \\n or ; or }'],
    [
      'package a\np contains x if { x } else := 1',
      'a.rego:2:23: rego_parse_error: else keyword cannot be used on multi-value rules',
    ],
    [
      'package a\np[x] if { x } else := 1',
      'a.rego:2:15: rego_parse_error: else keyword cannot be used on rules with variables in head',
    ],
    [
      'package a\np if { x } else',
      'a.rego:2:15: rego_parse_error: unexpected eof token: expected else value term or rule body',
    ],
    ['package a\np := "foo"[x]', 'a.rego:2:6: rego_parse_error: illegal ref (head cannot be string)'],
    [
      'package a\np := 01',
      'a.rego:2:6: rego_parse_error: unexpected number token: expected number without leading zero',
    ],
    ['package a\np := 1e100000', 'a.rego:2:6: rego_parse_error: number too big'],
    [
      'package a\np if not some x in y',
      "a.rego:2:10: rego_parse_error: unexpected some keyword: illegal negation of 'some'",
    ],
    [
      'package a\np if every 1 in x { y }',
      'a.rego:2:19: rego_parse_error: unexpected { token: expected value to be a variable',
    ],
    [
      'package a\np := $"{x := 1}"',
      "a.rego:2:9: rego_parse_error: unexpected assignment (':=') in template-string expression",
    ],
    ['package a\np := (1', 'a.rego:2:7: rego_parse_error: non-terminated expression'],
    ['package a\np := {1: 2', 'a.rego:2:10: rego_parse_error: unexpected eof token: non-terminated object'],
    [
      'package a\ninput := 1',
      'a.rego:2:1: rego_compile_error: rules must not shadow input (use a different rule name)',
    ],
    [
      'package a\nf(data) := 1',
      'a.rego:2:3: rego_compile_error: args must not shadow data (use a different variable name)',
    ],
    [
      'package a\np if input := 1',
      'a.rego:2:6: rego_compile_error: variables must not shadow input (use a different variable name)',
    ],
    ['package a\np := ☃', 'a.rego:2:6: rego_parse_error: illegal token'],
  ])('reports the error in %j', (text, message) => {
    const [first, ...others] = message.split('\n');
    const lines = outline(text).split('\n');
    expect(lines[0]).toBe(first);
    expect(lines).toEqual(expect.arrayContaining(others));
  });

  it('refuses a source that is too large without parsing it', () => {
    const parsed = parseModule({ path: 'a.rego', text: 'package ☃' }, { maxSourceBytes: 10 });
    expect(parsed.ok ? '' : parsed.errors.join()).toBe(
      'a.rego:1:1: rego_parse_error: the source is larger than 10 bytes; split it into several files',
    );
  });

  it('stops after ten errors', () => {
    const parsed = parseModule({ path: 'a.rego', text: `package a\n${'p { x }\n'.repeat(50)}` });
    expect(parsed.ok ? [] : parsed.errors).toHaveLength(10);
  });
});

describe('hostile sources', () => {
  const size = 500_000;
  const wrap = (text: string): string => `package a\np := ${text}`;
  const body = (text: string): string => `package a\np if {${text}`;
  /** Generous, because loaded machines are slow; quadratic or exponential work would take minutes. */
  const maxMs = 3_000;

  it.each([
    ['open arrays', wrap('['.repeat(size))],
    ['open braces', wrap('{'.repeat(size))],
    ['open parentheses', wrap('('.repeat(size))],
    ['open calls', wrap('f('.repeat(size / 2))],
    ['open indexes', wrap('a['.repeat(size / 2))],
    ['negations', body('not '.repeat(size / 4))],
    ['a long path', body('a.'.repeat(size))],
    ['minus signs', wrap('-'.repeat(size))],
    ['unclosed array comprehensions', wrap('[x|'.repeat(size / 3))],
    ['unclosed set comprehensions', wrap('{x|'.repeat(size / 3))],
    ['unclosed object comprehensions', wrap('{x:y|'.repeat(size / 5))],
    ['unclosed template strings', wrap('$"{'.repeat(size / 3))],
    ['open pairs', wrap('(a,'.repeat(size / 3))],
    ['open declarations', body('some [x|'.repeat(size / 8))],
    ['open `every`', body('every x in y {'.repeat(size / 14))],
    ['a long sum', wrap(`1${'+1'.repeat(size / 2)}`)],
    ['a long chain of `in` operators', wrap(`1${' in 1'.repeat(size / 5)}`)],
    ['a long `else` chain', `package a\np if {a}${' else := 1 if {a}'.repeat(size / 16)}`],
  ])('are refused quickly: %s', (_name, text) => {
    const from = processorMs();
    const parsed = parseModule({ path: 'a.rego', text });
    expect(parsed.ok).toBe(false);
    expect(processorMs() - from).toBeLessThan(maxMs);
  });

  it.each([
    ['attempts that all fail at a comma', `${'[x|'.repeat(90)}1${',1]'.repeat(90)}`],
    ['objects that could be comprehensions', `${'{a:b|'.repeat(90)}1${',c:d}'.repeat(90)}`],
    ['sets that could be comprehensions', `${'{a|'.repeat(90)}1${',d}'.repeat(90)}`],
    ['many elements', `[${'{a|b,c},'.repeat(50_000)}]`],
    ['many names', `[${'a,'.repeat(size / 4)}]`],
    ['a long string', `"${'\\u00e9😀'.repeat(size / 16)}"`],
    ['many blanks', `${' '.repeat(size)}1${'\n'.repeat(size)}`],
  ])('are read in linear time: %s', (_name, text) => {
    const from = processorMs();
    expect(parseModule({ path: 'a.rego', text: wrap(text) })).toMatchObject({ ok: true });
    expect(processorMs() - from).toBeLessThan(maxMs);
  });

  it('do not overflow the stack, even if the caller has nearly used it up', () => {
    const deeper = (depth: number): boolean => {
      try {
        return deeper(depth + 1);
      } catch {
        const text = wrap(`${'[{x:('.repeat(50)}1${')}]'.repeat(50)}`);
        return typeof parseModule({ path: 'a.rego', text }).ok === 'boolean';
      }
    };
    expect(deeper(0)).toBe(true);
  });
});

describe('conformance cases', () => {
  if (!existsSync(casesPath)) {
    it.skip(`parse (skipped: there is no ${casesPath})`, () => undefined);
    return;
  }

  interface Case {
    readonly note: string;
    readonly modules?: readonly string[];
    readonly query: string;
    readonly input_term?: string;
    readonly want_error_code?: string;
  }

  it('parse: all modules, queries and input terms', () => {
    const cases = readFileSync(casesPath, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Case);
    const faults = cases.flatMap(({ note, modules = [], query: text, input_term: input }) => {
      const parsed = [
        ...modules.map((source) => parseModule({ path: 'm.rego', text: source })),
        parseBody(text),
        ...(input === undefined ? [] : [parseTerm(input)]),
      ];
      return parsed.flatMap((result) => (result.ok ? [] : [`${note}: ${result.errors.join()}`]));
    });
    expect(faults).toEqual([]);
    expect(cases.length).toBeGreaterThan(1_000);
  });
});
