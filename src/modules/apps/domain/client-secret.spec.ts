import { hashSecret, matchSecret, newClientSecret, type StoredSecret } from './client-secret';

const NOW = 1_795_536_000_000;

const stored = (id: string, secret: string, expiresAtMs: number | null = null): StoredSecret => ({
  id,
  hash: hashSecret(secret),
  createdAtMs: NOW - 1_000,
  expiresAtMs,
});

const match = (presented: string, ...secrets: readonly StoredSecret[]): string | null =>
  matchSecret(presented, secrets, NOW)?.id ?? null;

describe('a new client secret', () => {
  it('has a prefix and 256 bits in base64url, and is unique', () => {
    const secrets = Array.from({ length: 1_000 }, newClientSecret);
    for (const secret of secrets) {
      expect(secret).toMatch(/^cs_[\w-]{43}$/);
      expect(Buffer.from(secret.slice(3), 'base64url')).toHaveLength(32);
    }
    expect(new Set(secrets).size).toBe(1_000);
  });

  it('is stored only as a SHA-256 hash', () => {
    // NIST's example for "abc".
    expect(hashSecret('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('matching a presented secret', () => {
  it('identifies which of two live secrets was presented', () => {
    const secrets = [stored('sec-old', 'old', NOW + 1), stored('sec-new', 'new')];
    expect([match('old', ...secrets), match('new', ...secrets)]).toEqual(['sec-old', 'sec-new']);
  });

  it.each(['', 'ol', 'oldd', 'OLD', 'old ', 'old\0', '\u00f6ld'])('rejects %j', (presented) => {
    expect(match(presented, stored('sec-old', 'old'))).toBeNull();
  });

  it('rejects a secret starting at the millisecond of its expiry', () => {
    expect(match('old', stored('s', 'old', NOW + 1))).toBe('s');
    expect(match('old', stored('s', 'old', NOW))).toBeNull();
    expect(match('old', stored('s', 'old', NOW - 1))).toBeNull();
  });

  it('finds a live entry even if an expired one has the same secret, in either order', () => {
    const [dead, live] = [stored('dead', 'same', NOW - 1), stored('live', 'same', null)];
    expect([match('same', dead, live), match('same', live, dead)]).toEqual(['live', 'live']);
  });

  it('never matches for a client without secrets, not even the dummy value', () => {
    expect(match('')).toBeNull();
    expect(match(Buffer.alloc(32).toString())).toBeNull();
  });
});
