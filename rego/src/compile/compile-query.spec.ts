import { parseBody } from '../syntax/parser.js';
import { type CompiledQuery, compileQuery } from './compile-query.js';
import { printBody, programOf, SIGNATURES } from './test-support.js';

function query(source: string, module = 'package test\np := 1\nf(x) := x'): CompiledQuery {
  const parsed = parseBody(source);
  if (!parsed.ok) {
    throw new Error(parsed.errors.map(String).join('\n'));
  }
  return compileQuery(parsed.body, programOf(module), { builtins: SIGNATURES });
}

describe('a query', () => {
  it.each([
    ['data.test.p = x', 'data.test.p = x', { x: 'x' }],
    ['x := data.test.p; x > 0', 'x$1 = data.test.p; gt(x$1, 0)', { x: 'x$1' }],
    ['some x in [1]; _ = y; y = 1', 'x$1 = [1][$c1]; y = 1; $0 = y', { x: 'x$1', y: 'y' }],
    ['x > 1; x = input.y', 'x = input.y; gt(x, 1)', { x: 'x' }],
    ['data.test.f(1, x)', 'x = data.test.f(1)', { x: 'x' }],
    ['data.test.f(1)', 'data.test.f(1)', {}],
    ['x = [y | y = 1]', 'x = [y | y = 1]', { x: 'x' }],
    ['data = x', 'data = x', { x: 'x' }],
    ['data.a[i] = v', 'data.a[i] = v', { i: 'i', v: 'v' }],
  ])('%s', (source, body, variables) => {
    const result = query(source);
    expect(result.ok && printBody(result.body)).toBe(body);
    expect(result.ok && Object.fromEntries(result.variables.map(({ name, binds }) => [name, binds]))).toEqual(
      variables,
    );
  });

  it.each([
    ['x > 1', ':1:1: rego_unsafe_var_error: var x is unsafe'],
    ['x := 1; x := 2', ':1:9: rego_compile_error: var x assigned above'],
    ['foo(1)', ':1:1: rego_type_error: undefined function foo'],
    ['data.test.f(1, 2, 3)', ':1:1: rego_type_error: function data.test.f has arity 1, got 3 arguments'],
    [
      'true with foo as 1',
      ':1:11: rego_type_error: with keyword target must reference existing input, data, or a function',
    ],
    [
      'true with data.test.p.q as 1',
      ':1:11: rego_compile_error: with keyword cannot partially replace virtual document(s)',
    ],
  ])('%s is refused', (source, error) => {
    const result = query(source);
    expect(result.ok ? [] : result.errors.map(String)).toContain(error);
  });

  it('is refused if it is empty', () => {
    const result = compileQuery([], programOf('package test'), { builtins: SIGNATURES });
    expect(result.ok ? [] : result.errors.map(String)).toEqual(['rego_compile_error: empty query cannot be compiled']);
  });

  it('compiles a negated comparison to a call', () => {
    const result = query('not input.x == 1');
    expect(result.ok && printBody(result.body)).toBe('$c1 = input.x; not equal($c1, 1)');
  });
});
