import { GLOB } from './glob.js';
import { callWithJson } from './testing/call-builtin.js';

const match = (...args: unknown[]): unknown => callWithJson(GLOB, 'glob.match', args);

describe('glob.match', () => {
  test.each([
    ['*', [], 'a/b', true],
    ['*', [], 'a.b', false],
    ['*', null, 'a.b', true],
    ['**', ['.'], 'a.b.c', true],
    ['a.*.c', ['.'], 'a.b.c', true],
    ['a:*', [':', '/'], 'a:b/c', false],
    ['*.{com,org}', [], 'x.org', true],
    ['{a{b,c},d}?', [], 'acx', true],
    ['{a,b', [], 'b', true],
    ['a,b}', [], 'a,b}', true],
    ['\\*', [], '*', true],
    ['[!a-c]', [], '.', true],
    ['[a\\]]', [], ']', true],
    ['[^a]', [], '^', true],
    ['a+(b)$', [], 'a+(b)$', true],
    ['a?c', ['-', '^'], 'a^c', false],
    ['*\n*', [], 'a\nb', true],
  ])('%j with %j of %j: %s', (glob, delimiters, text, expected) => {
    expect(match(glob, delimiters, text)).toBe(expected);
  });

  test.each([
    ['[', 'eval_builtin_error: unexpected end of input'],
    ['[]', 'eval_builtin_error: could not parse range'],
    ['[b-a]', "eval_builtin_error: hi character 'a' should be greater than lo 'b'"],
    ['[a-bc]', 'eval_builtin_error: expected close range character'],
  ])('refuses %s', (glob, message) => {
    expect(match(glob, [], 'a')).toBe(message);
  });

  test('a delimiter must be a single character', () => {
    expect(match('*', ['ab'], 'a')).toBe(
      'eval_type_error: operand 2 must be array of runes but got array containing string',
    );
  });
});

test('glob.quote_meta escapes the special characters of globs', () => {
  expect(callWithJson(GLOB, 'glob.quote_meta', ['*.[a]{b}?\\'])).toBe('\\*.\\[a\\]\\{b\\}\\?\\\\');
});
