import { LimitExceeded } from '../errors.js';
import { REGEX } from './regex.js';
import { estimatePatternSize } from './regex/pattern-size.js';
import { callWithJson, callWithValues, hurriedContext } from './testing/call-builtin.js';
import { processorMs } from '../../../test/support/processor-time.js';

const call = (name: string, ...args: unknown[]): unknown => callWithJson(REGEX, `regex.${name}`, args);

describe('regex', () => {
  test.each([
    ['^ab+$', 'abbb', true],
    ['(?i)É', 'é', true],
    ['\\pL+', '123', false],
    ['a$', 'a\n', false],
    ['(?s)a.b', 'a\nb', true],
    ['^\\S{2}$', '💡💡', true],
  ])('%s matches %j: %s', (pattern, text, expected) => {
    expect(call('match', pattern, text)).toBe(expected);
  });

  test.each([
    ['[', 'eval_builtin_error: error parsing regexp: missing closing ]: `[`'],
    ['(?=a)', 'eval_builtin_error: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['a\\', 'eval_builtin_error: error parsing regexp: trailing backslash at end of expression: ``'],
    ['(a{500}){500}', 'eval_builtin_error: error parsing regexp: expression too large'],
    ['()'.repeat(600), 'eval_builtin_error: error parsing regexp: a pattern can have at most 500 groups'],
    ['a'.repeat(20_000), 'eval_builtin_error: error parsing regexp: the expression is longer than 16384 characters'],
  ])('refuses %.20s', (pattern, message) => {
    expect(call('match', pattern, 'a')).toBe(message);
    expect(call('is_valid', pattern)).toBe(false);
  });

  test('is_valid is false for a value that is not a string', () => {
    expect(call('is_valid', null)).toBe(false);
    expect(call('is_valid', '(?P<n>a|b)*?')).toBe(true);
  });

  test.each([
    ['o*', 'foobooo', -1, ['', 'oo', 'ooo']],
    ['a|ab', 'abab', -1, ['a', 'a']],
    ['\\b', 'ab c', -1, ['', '', '', '']],
    ['.', '💡é', -1, ['💡', 'é']],
    ['a', 'aaa', 2, ['a', 'a']],
    ['^a', 'aaa', -1, ['a']],
  ])('find_n %s in %j', (pattern, text, limit, expected) => {
    expect(call('find_n', pattern, text, limit)).toEqual(expected);
  });

  test('a group that did not participate is empty', () => {
    expect(call('find_all_string_submatch_n', '(a)|(b)', 'ab', -1)).toEqual([
      ['a', 'a', ''],
      ['b', '', 'b'],
    ]);
  });

  test.each([
    ['', 'abc', ['a', 'b', 'c']],
    [',', '', ['']],
    [',', ',a,', ['', 'a', '']],
    ['x*', 'axbxc', ['a', 'b', 'c']],
  ])('split at %s in %j', (pattern, text, expected) => {
    expect(call('split', pattern, text)).toEqual(expected);
  });

  test.each([
    ['abab', '(?P<first>a)(b)', '${first}$2$$$0', 'ab$abab$ab'],
    ['ab', 'a', '$1x-$', '-$b'],
    ['ab', 'a', '${0', '${0b'],
    ['baaac', 'a*', 'x', 'xbxcx'],
    ['ab', '(a)', '$01|${1}', '|ab'],
  ])('replace in %s: %s with %s', (text, pattern, replacement, expected) => {
    expect(call('replace', text, pattern, replacement)).toBe(expected);
  });

  test.each([
    ['urn:foo:{.*}', 'urn:foo:bar:baz', '{', '}', true],
    ['urn.foo:{[a-z]{2}}', 'urn.foo:ab', '{', '}', true],
    ['urn.foo:{[a-z]{2}}', 'urnxfoo:ab', '{', '}', false],
    ['a<\\d+>', 'a12', '<', '>', true],
    ['a{b', 'x', '{', '}', 'eval_builtin_error: unbalanced braces in "a{b"'],
    ['a', 'x', '{{', '}', 'eval_builtin_error: start delimiter has to be exactly one character long but is 2 long'],
  ])('template_match %s and %s', (template, text, open, close, expected) => {
    expect(call('template_match', template, text, open, close)).toBe(expected);
  });

  test.each([
    ['a.a.', '.b.b', true],
    ['[a-z]+', '[0-9]*', false],
    ['[a-z]*\\.com', 'x+.+', true],
    ['a*', 'b*', false],
    ['a+b*', 'ab', true],
    [
      'a',
      '+',
      "eval_builtin_error: input:+, pos:1, flag '+' must be preceded by a non-flag: the input provided is invalid",
    ],
  ])('globs_match %s and %s', (left, right, expected) => {
    expect(call('globs_match', left, right)).toBe(expected);
  });

  test.each([
    ['(?:a?){300}a{300}', 'xa'.repeat(500_000)],
    ['(.*)(.*)(.*)(.*)(.*)$', 'a\n'.repeat(500_000)],
  ])('%s stops at the deadline', (pattern, text) => {
    const started = processorMs();
    expect(() =>
      callWithValues(REGEX, 'regex.find_all_string_submatch_n', [pattern, text, -1], hurriedContext()),
    ).toThrow(LimitExceeded);
    expect(processorMs() - started).toBeLessThan(5_000);
  });

  test('a quadratic search stops at the deadline', () => {
    const text = 'a'.repeat(1_000_000);
    expect(() => callWithValues(REGEX, 'regex.replace', [text, '.*x|a', '$0'], hurriedContext())).toThrow(
      LimitExceeded,
    );
  });

  test.each([
    ['abc', 3],
    ['(?:ab){1,300}', 899],
    ['(?P<n>a)b?', 5],
    ['(?i)x{3,}', 5],
    ['(?:x{1000}){1000}', 1_000_000],
    ['[[:alpha:]\\]]{10}', 10],
    ['\\pL', 20],
    ['a{b', 3],
    ['\\p{Greek}a', 21],
  ])('%s compiles to about %i instructions', (pattern, size) => {
    expect(estimatePatternSize(pattern)).toBe(size);
  });
});
