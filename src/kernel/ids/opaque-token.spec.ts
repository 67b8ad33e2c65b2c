import { newOpaqueToken, opaqueTokenHash } from './opaque-token';

describe('an opaque token', () => {
  it('has 256 bits and is different each time', () => {
    const tokens = Array.from({ length: 100 }, () => newOpaqueToken().token);
    expect(new Set(tokens).size).toBe(100);
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true);
  });

  it('can have a prefix and is invalid without it', () => {
    const { token, hash } = newOpaqueToken('ac_');
    expect(token).toMatch(/^ac_[\w-]{43}$/);
    expect(opaqueTokenHash(token, 'ac_')).toEqual(hash);
    expect([opaqueTokenHash(token), opaqueTokenHash(token, 'rt_'), opaqueTokenHash(token.slice(3), 'ac_')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('is stored as a hash that is unique to it', () => {
    const [a, b] = [newOpaqueToken(), newOpaqueToken()];
    expect(opaqueTokenHash(a.token)).toEqual(a.hash);
    expect(opaqueTokenHash(a.token)).not.toEqual(b.hash);
    expect(a.hash).toHaveLength(32);
  });

  it.each(['', 'x', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}\0`])(
    'is recognized as invalid without a lookup: %j',
    (text) => {
      expect(opaqueTokenHash(text)).toBeNull();
    },
  );
});
