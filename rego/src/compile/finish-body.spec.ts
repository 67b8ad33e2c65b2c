import { bodyOf, compiledBody, errorLines, printBody, printTerm, programOf, rulesAt } from './test-support.js';

describe('calls', () => {
  it.each([
    ['the result as the last argument', 'count(input.x, n); n > 1', 'n = count(input.x); gt(n, 1)'],
    ['a constant as the result', 'count(input.x, 3)', '3 = count(input.x)'],
    ['a pattern as the result', 'numbers.range(1, 2, [a, b]); a < b', '[a, b] = numbers.range(1, 2); lt(a, b)'],
    ['a relation', 'walk(input, [k, v]); k == v', '[k, v] = walk(input); equal(k, v)'],
    ['a relation on the right', '[k, v] := walk(input); k == v', '[k$1, v$1] = walk(input); equal(k$1, v$1)'],
    ['a relation within a call', 'count(walk(input)) == 2', '$c1 = walk(input); equal(count($c1), 2)'],
    ['only a relation', 'walk(input)', '$c1 = walk(input); $c1'],
    ['nested calls', 'count(numbers.range(1, count(input.x))) > 1', 'gt(count(numbers.range(1, count(input.x))), 1)'],
    ['a negated result', 'not count([input.x], 1)', '$c1 = input.x; not 1 = count([$c1])'],
    ['no arguments', 'time.now_ns() > 1', 'gt(time.now_ns(), 1)'],
  ])('%s', (_, body, compiled) => {
    expect(compiledBody(body)).toBe(compiled);
  });

  it('to functions of the policy can also name their result', () => {
    expect(bodyOf('package test\np if { f(1, x); x > 1 }\nf(x) := x')).toBe('x = data.test.f(1); gt(x, 1)');
  });
});

describe('variables bound by a reference or a call', () => {
  it.each([
    [
      'an index within a call is enumerated first',
      'count(input.x[i]) > i',
      '$c2 = input.x[i]; $c1 = count($c2); gt($c1, i)',
    ],
    ['a bound index is not enumerated', 'i := 1; count(input.x[i]) > i', 'i$1 = 1; gt(count(input.x[i$1]), i$1)'],
    [
      'the domain of `every` is enumerated first',
      'every x in input.xs[i] { x > i }',
      '$c1 = input.xs[i]; every x$1 in $c1 {gt(x$1, i)}',
    ],
    ['a plain domain is not changed', 'every x in input.xs { x > 1 }', 'every x$1 in input.xs {gt(x$1, 1)}'],
    ['an index of an index', 'data.a[data.b[i]] == 1', '$c1 = data.b[i]; equal(data.a[$c1], 1)'],
    ['the head of a reference can be a call', 'numbers.range(1, 3)[1] == 2', 'equal(numbers.range(1, 3)[1], 2)'],
    ['the head of a reference cannot be a comprehension', '[x | x = 1][0] == 1', '$c1 = [x | x = 1]; equal($c1[0], 1)'],
  ])('%s', (_, body, compiled) => {
    expect(compiledBody(body)).toBe(compiled);
  });
});

describe('negated expressions', () => {
  it.each([
    [
      'a reference in an argument is evaluated outside the negation',
      'not startswith(input.x, "a")',
      '$c1 = input.x; not startswith($c1, "a")',
    ],
    [
      'a call in an argument is computed outside the negation',
      'not startswith(concat("", input.x), "a")',
      '$c1 = concat("", input.x); not startswith($c1, "a")',
    ],
    ['a comparison can be undefined', 'not input.x == 1', 'not equal(input.x, 1)'],
    ['a plain reference can be undefined', 'not input.x', 'not input.x'],
    ['an index is evaluated outside the negation', 'not input.x[input.y]', '$c1 = input.y; not input.x[$c1]'],
    ['an ordering comparison is a call', 'not input.x < 1', '$c1 = input.x; not lt($c1, 1)'],
  ])('%s', (_, body, compiled) => {
    expect(compiledBody(body)).toBe(compiled);
  });
});

describe('values of with', () => {
  it.each([
    [
      'constants and variables are not changed',
      'x := 1; input.a with input.a as [x]',
      'x$1 = 1; input.a with input.a as [x$1]',
    ],
    [
      'other values are computed first',
      'input.a with input.a as count(data.b)',
      '$c1 = count(data.b); input.a with input.a as $c1',
    ],
    ['functions are referenced by name', 'count([]) with count as time.now_ns', ''],
  ])('%s', (_, body, compiled) => {
    if (compiled === '') {
      expect(errorLines(`package test\np if { ${body} }`)).toEqual([
        '1.rego:2:18: rego_type_error: count: arity mismatch',
      ]);
    } else {
      expect(compiledBody(body)).toBe(compiled);
    }
  });

  it('calls in the expression are evaluated within the scope of `with`', () => {
    expect(compiledBody('x = count(input.a) with input.a as [1]')).toBe('x = count(input.a) with input.a as [1]');
    expect(compiledBody('not count(input.a) > 1 with input.a as [1]')).toBe(
      '$c1 = count(input.a) with input.a as [1]; not gt($c1, 1) with input.a as [1]',
    );
  });
});

describe('heads', () => {
  it.each([
    ['p := input.x', '$c1', 'true; $c1 = input.x'],
    ['p := [x, count(x)] if x = input.y', '$c1', 'x = input.y; $c1 = [x, count(x)]'],
    ['p := [x, 1] if x = input.y', '[x, 1]', 'x = input.y'],
  ])('moves computed values into the body: %s', (source, value, body) => {
    const [rule] = rulesAt(programOf(`package test\n${source}`), 'test.p');
    expect(rule?.value && printTerm(rule.value)).toBe(value);
    expect(printBody(rule?.body ?? [])).toBe(body);
  });

  it('moves computed elements and keys into the body', () => {
    const program = programOf('package test\np contains input.x[_]\nq[input.y[i]][i] := 1');
    expect(printBody(rulesAt(program, 'test.p')[0]?.body ?? [])).toBe('true; $c1 = input.x[$0]');
    expect(rulesAt(program, 'test.q')[0]?.keys.map(printTerm)).toEqual(['$c1', 'i']);
  });

  it('an argument that is not a pattern is compared in the body', () => {
    const [rule] = rulesAt(programOf('package test\nf(input.x, [y, input.z]) := y'), 'test.f');
    expect(rule?.args.map(printTerm)).toEqual(['$c1', '$c2']);
    expect(printBody(rule?.body ?? [])).toBe('true; $c1 = input.x; $c2 = [y$1, input.z]');
  });

  it('a call at the start of a negated equation is computed before it', () => {
    expect(compiledBody('not input.x + 1 = 2')).toBe('$c1 = plus(input.x, 1); not $c1 = 2');
  });

  it('results of comprehensions are computed in their body', () => {
    expect(compiledBody('x := [count(y) | y := input.z[_]]; x')).toBe(
      'x$1 = [$c1 | y$1 = input.z[$0]; $c1 = count(y$1)]; x$1',
    );
  });

  it('a default value does not need a body', () => {
    const group = programOf('package test\ndefault p := [x | x = 1]')
      .root.children.get('test')
      ?.children.get('p')?.group;
    expect(group?.default?.value && printTerm(group.default.value)).toBe('[x | x = 1]');
  });
});

describe('templates and print', () => {
  it('keep parts that can be undefined', () => {
    expect(compiledBody('x := $"{input.a} {count(input.b)}"; print(input.c, count(input.d), x)')).toBe(
      'x$1 = $"{input.a} {count(input.b)}"; print(input.c, count(input.d), x$1)',
    );
  });

  it('are evaluated after the expressions that bind their variables', () => {
    expect(compiledBody('y = $"{x}"; print(y); x = 1')).toBe('x = 1; y = $"{x}"; print(y)');
  });

  it.each([
    ['x := $"{y}"; x', 'var y is undeclared'],
    ['x := $"{input.a[_]}"; x', 'var _ is undeclared'],
    ['print(y)', 'var y is undeclared'],
    ['x := $"{walk(input)}"; x', "illegal call to relation built-in 'walk' that may cause multiple outputs"],
  ])('cannot bind variables: %s', (body, message) => {
    expect(errorLines(`package test\np if { ${body} }`).join()).toContain(`rego_compile_error: ${message}`);
  });
});
