import fc from 'fast-check';
import { encryptedOf, generationOf, openToken, tokenOf } from './token';
import { testKeys, testRing } from './test-keys';

const A = testRing('tnt-a');
const B = testRing('tnt-b');

describe('a token', () => {
  it('is the same for the same value, and differs for different values', () => {
    expect(tokenOf(A.current, 'ada@example.com')).toBe(tokenOf(testKeys('tnt-a'), 'ada@example.com'));
    expect(tokenOf(A.current, 'ada@example.com')).not.toBe(tokenOf(A.current, 'Ada@example.com'));
    expect(tokenOf(A.current, 'ada@example.com')).toMatch(/^tok_[A-Za-z0-9_-]{24,}$/);
  });

  it('differs between tenants, and cannot be opened for a different tenant', () => {
    const token = tokenOf(A.current, 'ada@example.com');
    expect(tokenOf(B.current, 'ada@example.com')).not.toBe(token);
    expect(openToken(B, token)).toBeNull();
  });

  it('can still be opened if its generation is old, and the new key produces a different token', () => {
    const old = tokenOf(testKeys('tnt-a', 1), '4111111111111111');
    const rotated = testRing('tnt-a', 3);
    expect(generationOf(old)).toBe(1);
    expect(openToken(rotated, old)).toBe('4111111111111111');
    const fresh = tokenOf(rotated.current, '4111111111111111');
    expect(fresh).not.toBe(old);
    expect(openToken(rotated, fresh)).toBe('4111111111111111');
    expect(openToken(testRing('tnt-a', 2), fresh)).toBeNull();
  });

  it('is invalid when any character is changed, removed or added', () => {
    for (const token of [tokenOf(A.current, 'ada@example.com'), encryptedOf(A.current, 'ada@example.com')]) {
      for (let at = 0; at < token.length; at += 1) {
        const other = token[at] === 'A' ? 'B' : 'A';
        expect(openToken(A, token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
        expect(openToken(A, token.slice(0, at))).toBeNull();
      }
      expect(openToken(A, `${token}A`)).toBeNull();
      expect(openToken(A, ` ${token}`)).toBeNull();
      expect(openToken(A, `${token}=`)).toBeNull();
    }
  });

  it('is not accepted as deterministic if it is an encrypted value', () => {
    const encrypted = encryptedOf(A.current, 'x');
    expect(openToken(A, encrypted.replace('enc_', 'tok_'))).toBeNull();
    expect(encryptedOf(A.current, 'x')).not.toBe(encrypted);
  });

  it.each(['', 'tok_', 'enc_', 'tok_AAAA', '__proto__', `tok_${'A'.repeat(100)}`, `enc_${'_'.repeat(5_000)}`])(
    'cannot be %j',
    (text) => {
      expect(openToken(A, text)).toBeNull();
    },
  );

  it('restores any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (value) => {
        expect(openToken(A, tokenOf(A.current, value))).toBe(value);
        expect(openToken(A, encryptedOf(A.current, value))).toBe(value);
      }),
    );
  });
});
