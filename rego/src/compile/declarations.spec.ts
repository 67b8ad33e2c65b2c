import { bodyOf, compiledBody, errorLines, printTerm, programOf, rulesAt } from './test-support.js';

describe('declared variables', () => {
  it.each([
    ['an assignment', 'x := 1; x > 0', 'x$1 = 1; gt(x$1, 0)'],
    ['a pattern', '[x, {"a": y}] := input.z; x > y', '[x$1, {"a": y$1}] = input.z; gt(x$1, y$1)'],
    ['some', 'some x; input.a[x] = 1', 'input.a[x$1] = 1'],
    ['some in', 'some x in input.a; x > 1', 'x$1 = input.a[$c1]; gt(x$1, 1)'],
    ['some with key', 'some k, v in input.a; k > v', 'v$1 = input.a[k$1]; gt(k$1, v$1)'],
    ['some over a variable', 'xs := [1]; some x in xs; x > 1', 'xs$1 = [1]; x$1 = xs$1[$c1]; gt(x$1, 1)'],
    ['some with patterns', 'some [a, 1], {"b": c} in input.d; a > c', '{"b": c$1} = input.d[[a$1, 1]]; gt(a$1, c$1)'],
    ['a shadowed variable', 'x := 1; ys := [x | x := 2]; ys != x', 'x$1 = 1; ys$1 = [x$2 | x$2 = 2]; neq(ys$1, x$1)'],
    [
      'the outer variable on the right',
      'x := 1; ys := [y | x := x; y := x]; ys',
      'x$1 = 1; ys$1 = [y$1 | x$2 = x$1; y$1 = x$2]; ys$1',
    ],
    ['a variable without a declaration', 'x = 1; x > 0', 'x = 1; gt(x, 0)'],
  ])('%s gets a unique name', (_, body, compiled) => {
    expect(compiledBody(body)).toBe(compiled);
  });

  it('variables with the same name in two closures are distinct', () => {
    expect(compiledBody('count([x | x = 1]) == count([x | x = 2])')).toBe(
      'equal(count([x | x = 1]), count([x$1 | x$1 = 2]))',
    );
  });

  it('a closure shares a variable of the enclosing body, even if the body binds it later', () => {
    expect(compiledBody('ys = [x | x = input.a[_]]; x = 3; ys')).toBe('x = 3; ys = [x | x = input.a[$0]]; ys');
  });

  it('arguments are renamed in the head and the body', () => {
    const [rule] = rulesAt(programOf('package test\nf(x, [x, y], {"a": z}) := [x, y, z] if y > z'), 'test.f');
    expect(rule?.args.map(printTerm)).toEqual(['x$1', '[x$1, y$1]', '{"a": z$1}']);
    expect(rule?.value && printTerm(rule.value)).toBe('[x$1, y$1, z$1]');
  });

  it('a body with only a declaration is true', () => {
    expect(bodyOf('package test\np contains x if { some x in [1] }')).toBe('x$1 = [1][$c1]');
  });

  it('a local variable named input hides the document, except as a target of `with`', () => {
    expect(compiledBody('[input] := [1]; data.x == input with input as 2')).toBe(
      '[input$1] = [1]; equal(data.x, input$1) with input as 2',
    );
  });

  it.each([
    ['x := 1; x := 2', 'rego_compile_error: var x assigned above'],
    ['x == 1; x := 2', 'rego_compile_error: var x referenced above'],
    ['some x; x := 1', 'rego_compile_error: var x declared above'],
    ['some x in [1]; some x in [2]', 'rego_compile_error: var x declared above'],
    ['some x; true', 'rego_compile_error: declared var x unused'],
    ['every x in [1] { true }', 'rego_compile_error: declared var x unused'],
    ['every k, x in [1] { x > 0 }', 'rego_compile_error: declared var k unused'],
    ['not x := 1', 'rego_compile_error: cannot assign vars inside negated expression'],
    ['1 := 2', 'rego_compile_error: cannot assign to number'],
    ['"a" := 2', 'rego_compile_error: cannot assign to string'],
    ['input.x := 2', 'rego_compile_error: cannot assign to ref'],
    ['[x, 1] := [1, 1]', 'rego_compile_error: cannot assign to number'],
    ['[y | y = 1] := [1]', 'rego_compile_error: cannot assign to arraycomprehension'],
    ['f := 1; f(2)', 'rego_type_error: undefined function f'],
    ['count := 1; x := count([]); x', 'rego_compile_error: called function count shadowed'],
  ])('%s is an error', (body, error) => {
    expect(errorLines(`package test\np if { ${body} }`).join('\n')).toContain(error);
  });

  it('compiler-generated names can be unused', () => {
    expect(compiledBody('every __local0__, x in [1] { x > 0 }')).toContain('every');
  });

  it('an argument cannot be redeclared and cannot be a call', () => {
    expect(errorLines('package test\nf(x) if { x := 1 }')).toEqual([
      '1.rego:2:11: rego_compile_error: arg x redeclared',
    ]);
    expect(errorLines('package test\nf(count(x)) := 1')).toEqual([
      '1.rego:2:3: rego_compile_error: rule arguments cannot contain calls',
    ]);
  });

  it('names of one rule do not clash with names of other rules or else branches', () => {
    const source = 'package test\np := x if { x := input.a } else := x if { x := input.b }';
    const [rule] = rulesAt(programOf(source), 'test.p');
    expect(rule?.value && printTerm(rule.value)).toBe('x$1');
    expect(rule?.else?.value && printTerm(rule.else.value)).toBe('x$1');
  });
});
