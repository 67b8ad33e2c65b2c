import { createHash, createHmac } from 'node:crypto';
import { LimitExceeded } from '../errors.js';
import { Budget, DEFAULT_LIMITS } from '../evaluate/budget.js';
import type { Value } from '../values/value.js';
import type { BuiltinContext } from './builtin.js';
import { CRYPTO_BUILTINS } from './crypto.js';

function call(name: string, args: readonly Value[], deadlineMs = 10_000): Value | undefined {
  const builtin = CRYPTO_BUILTINS.find((candidate) => candidate.name === name);
  const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs });
  return builtin?.call(args, { budget } as unknown as BuiltinContext);
}

describe('digests and message codes', () => {
  test.each([
    ['crypto.md5', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['crypto.sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['crypto.sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('%s of an empty string', (name, expected) => {
    expect(call(name, [''])).toBe(expected);
  });

  test('RFC 4231 test case 2', () => {
    expect(call('crypto.hmac.sha256', ['what do ya want for nothing?', 'Jefe'])).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test.each(['md5', 'sha1', 'sha256', 'sha512'])('crypto.hmac.%s takes the message first', (name) => {
    const expected = createHmac(name, 'key').update('message').digest('hex');
    expect(call(`crypto.hmac.${name}`, ['message', 'key'])).toBe(expected);
  });

  test.each([
    ['aa', 'aa', true],
    ['aa', 'ab', false],
    ['aa', 'aaa', false],
    ['', '', true],
  ])('crypto.hmac.equal of %j and %j', (left, right, expected) => {
    expect(call('crypto.hmac.equal', [left, right])).toBe(expected);
  });

  test('a long string is hashed in chunks that do not split characters', () => {
    const text = `x${'\u{1f600}'.repeat(400_000)}`;
    expect(call('crypto.sha256', [text])).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('an invalid UTF-8 byte is hashed unchanged', () => {
    expect(call('crypto.sha1', ['\udcff'])).toBe(createHash('sha1').update(Buffer.of(0xff)).digest('hex'));
  });

  test('hashing stops when the budget is spent', () => {
    expect(() => call('crypto.md5', ['x'.repeat(50_000_000)], 5)).toThrow(LimitExceeded);
  });
});
