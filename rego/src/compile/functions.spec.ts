import { errorLines, errorsOf } from './test-support.js';

describe('function calls', () => {
  it.each([
    ['p if foo(1)', 'rego_type_error: undefined function foo'],
    ['p if data.lib.f(1)', 'rego_type_error: undefined function data.lib.f'],
    ['p if f(1)\nf := 1', 'rego_type_error: undefined function data.test.f'],
    ['p if f(1, 2, 3)\nf(x) := x', 'rego_type_error: function data.test.f has arity 1, got 3 arguments'],
    ['p if f(1)\nf(x, y) := x', 'rego_type_error: function data.test.f has arity 2, got 1 argument'],
    ['p if x := f(1, 2)\nf(x) := x', 'rego_type_error: function data.test.f has arity 1, got 2 arguments'],
    ['p if count()', 'rego_type_error: count: arity mismatch'],
    ['p if count(1) == count([], 2)', 'rego_type_error: count: arity mismatch'],
    ['p := x if x := print(1)', 'rego_type_error: print(1) used as value'],
    ['p if any([true])', 'rego_type_error: deprecated built-in function calls in expression: any'],
    ['p if re_match("a", "b")', 'rego_type_error: deprecated built-in function calls in expression: re_match'],
    [
      'p := [1 | net.cidr_overlap("a", "b")]',
      'rego_type_error: deprecated built-in function calls in expression: net.cidr_overlap',
    ],
  ])('%s', (source, error) => {
    expect(errorLines(`package test\n${source}`).join('\n')).toContain(error);
  });

  it('reports a wrong number of arguments with the expected types', () => {
    expect(errorsOf('package test\np if count([], 1, 2)')[0]?.message).toBe(
      'count: arity mismatch\n\thave: (array[any], number, number)\n\twant: (any<string, array[any], object[any: any], set[any]>, number)',
    );
  });

  it.each([
    ['p if any(1)\nany(x) := x'],
    ['p if print()'],
    ['p if print(1, 2, 3)'],
    ['p if data.test.g(1)\ng(x) := x'],
  ])('%s is not an error', (source) => {
    expect(errorLines(`package test\n${source}`)).toEqual([]);
  });
});

describe('targets of with', () => {
  it.each([
    [
      'p if true with foo as 1',
      'rego_type_error: with keyword target must reference existing input, data, or a function',
    ],
    [
      'p if true with data.test.q.r as 1\nq := 1',
      'rego_compile_error: with keyword cannot partially replace virtual document(s)',
    ],
    [
      'p if true with walk as 1',
      'rego_compile_error: with keyword replacing built-in function: target must not be a relation',
    ],
    [
      'p if true with print as 1',
      'rego_compile_error: with keyword replacing built-in function: target must not be a void function',
    ],
    [
      'p if true with eq as 1',
      'rego_compile_error: with keyword replacing built-in function: replacement of "eq" invalid',
    ],
    [
      'p if true with rego.metadata.rule as 1',
      'rego_compile_error: with keyword replacing built-in function: replacement of "rego.metadata.rule" invalid',
    ],
    [
      'p if true with internal.member_2 as 1',
      'rego_compile_error: with keyword replacing built-in function: replacement of internal function "internal.member_2" invalid',
    ],
    ['p if true with count as f\nf(x, y) := 1', 'rego_type_error: count: arity mismatch'],
    [
      'p := [1 | true with foo as 1]',
      'rego_type_error: with keyword target must reference existing input, data, or a function',
    ],
  ])('%s', (source, error) => {
    expect(errorLines(`package test\n${source}`).join('\n')).toContain(error);
  });

  it.each([
    ['p if input with input as 1'],
    ['p if input.x with input.x.y as 1'],
    ['p if data.x with data.x as 1'],
    ['p if q with q as 1\nq := 2'],
    ['p if count([]) == 1 with count as 1'],
    ['p if count([]) == 1 with count as f\nf(x) := 1'],
    ['p if f(1) with f as count\nf(x) := 1'],
    ['p if f(1) with data.test.f as g\nf(x) := 1\ng(x) := 1'],
    ['p if time.now_ns() == 1 with time.now_ns as opa.runtime'],
    ['p if count([]) with count as q\nq := 2'],
  ])('%s is allowed', (source) => {
    expect(errorLines(`package test\n${source}`)).toEqual([]);
  });
});
