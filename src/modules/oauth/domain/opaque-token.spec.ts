import { codeHash, newCode, newRefreshToken, nextRefreshToken, refreshTokenHashes, sameHash } from './opaque-token';

describe('a code', () => {
  it('has a prefix and 256 bits, and is unique', () => {
    const codes = Array.from({ length: 100 }, () => newCode().token);
    for (const code of codes) expect(code).toMatch(/^ac_[\w-]{43}$/);
    expect(new Set(codes).size).toBe(100);
  });

  it.each(['', 'ac_', 'rt_x', `ac_${'a'.repeat(44)}`, `ac_${'+'.repeat(43)}`])('cannot be %j', (text) => {
    expect(codeHash(text)).toBeNull();
  });
});

describe('a refresh token', () => {
  it('has a prefix, and its hashes can be computed from its text', () => {
    const made = newRefreshToken();
    expect(made.token).toMatch(/^rt_[\w-]{68}$/);
    expect(refreshTokenHashes(made.token)).toEqual(made);
  });

  it('shares only the handle with the next token of its family', () => {
    const first = newRefreshToken();
    const next = nextRefreshToken(first.token, first.handle);
    expect(refreshTokenHashes(next.token)).toEqual(next);
    expect(next.token).toMatch(/^rt_[\w-]{68}$/);
    expect([sameHash(first.handle, next.handle), sameHash(first.hash, next.hash)]).toEqual([true, false]);
    expect(sameHash(first.handle, newRefreshToken().handle)).toBe(false);
  });

  it.each([
    '',
    'rt_',
    `rt_${'a'.repeat(67)}`,
    `rt_${'a'.repeat(69)}`,
    `ac_${'a'.repeat(68)}`,
    `xrt_${'a'.repeat(68)}`,
    `rt_${'a'.repeat(68)}\n`,
  ])('cannot be %j', (text) => {
    expect(refreshTokenHashes(text)).toBeNull();
  });
});

describe('two hashes', () => {
  const hash = Buffer.alloc(32, 1);

  it('are equal if their bytes are equal', () => {
    expect(sameHash(hash, Buffer.alloc(32, 1))).toBe(true);
  });

  it.each([
    ['a different hash', Buffer.alloc(32, 2)],
    ['a prefix of the hash', Buffer.alloc(31, 1)],
    ['a longer hash', Buffer.alloc(33, 1)],
    ['an empty hash', Buffer.alloc(0)],
    ['none', null],
  ])('differ for %s', (_, other) => {
    expect(sameHash(hash, other)).toBe(false);
  });
});
