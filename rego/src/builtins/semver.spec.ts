import { SEMVER } from './semver.js';
import { callWithJson } from './testing/call-builtin.js';

const compare = (a: unknown, b: unknown): unknown => callWithJson(SEMVER, 'semver.compare', [a, b]);

describe('semver', () => {
  // https://semver.org, §11
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.10.0',
  ];

  test.each(ordered.slice(1).map((later, i) => [ordered[i], later]))('%s comes before %s', (a, b) => {
    expect(compare(a, b)).toBe(-1);
    expect(compare(b, a)).toBe(1);
    expect(compare(a, a)).toBe(0);
  });

  test('build metadata does not affect the order', () => {
    expect(compare('1.0.0+a', '1.0.0+b')).toBe(0);
  });

  test.each(['1.0', 'v1.0.0', '1.0.0-', '1.0.0-a..b', '9223372036854775808.0.0', 1, '1.0.0-a_b'])('%j', (version) => {
    const valid = version === '1.0.0-';
    expect(callWithJson(SEMVER, 'semver.is_valid', [version])).toBe(valid);
  });

  test('names the operand that is not a version', () => {
    expect(compare('1.0.0', 'x')).toBe('eval_builtin_error: operand 2: string "x" is not a valid SemVer');
  });
});
