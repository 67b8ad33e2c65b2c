import { createSecretKey } from 'node:crypto';
import { claimsToBeApiKey, handleOfApiKey, hashOfApiKey, isApiKeyOf, newApiKey } from './api-key';

const secret = (byte: number) => createSecretKey(Buffer.alloc(32, byte));

describe('an API key', () => {
  it('has letters and digits after its prefix, is unique, and is identified by its beginning', () => {
    const made = Array.from({ length: 500 }, () => newApiKey());
    for (const { key, handle } of made) {
      expect(key).toMatch(/^cpod_[0-9A-Za-z]{61}$/);
      expect([claimsToBeApiKey(key), handleOfApiKey(key), key.startsWith(handle), handle.length]).toEqual([
        true,
        handle,
        true,
        17,
      ]);
    }
    expect(new Set(made.map(({ handle }) => handle)).size).toBe(500);
  });

  it('uses all characters about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i++) {
      for (const char of newApiKey().key.slice(5, 60)) counts.set(char, (counts.get(char) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // The expected count for each character is 1,774, with a standard deviation of 42. A difference of nine standard deviations is not a
    // coincidence.
    for (const count of counts.values()) expect(Math.abs(count - 110_000 / 62)).toBeLessThan(380);
  });

  it('is invalid with one mistyped character or two swapped characters', () => {
    const { key } = newApiKey();
    for (let at = 5; at < key.length; at++) {
      const other = key[at] === 'x' ? 'y' : 'x';
      expect(handleOfApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBeNull();
    }
    for (let at = 5; at + 1 < key.length; at++) {
      const [a = '', b = ''] = [key[at], key[at + 1]];
      if (a !== b) expect(handleOfApiKey(key.slice(0, at) + b + a + key.slice(at + 2))).toBeNull();
    }
  });

  it.each(['', 'cpod_', 'cs_abc', 'cpod_abc', `cpod_${'0'.repeat(61)}`, ` ${newApiKey().key}`, `${newApiKey().key}\n`])(
    'cannot be %j',
    (text) => {
      expect(handleOfApiKey(text)).toBeNull();
    },
  );

  it('is stored as a hash that depends on the key and the secret', () => {
    const [a, b] = [newApiKey().key, newApiKey().key];
    const hash = hashOfApiKey(secret(1), a);
    expect(hash).toHaveLength(32);
    expect([
      isApiKeyOf(secret(1), hash, a),
      isApiKeyOf(secret(1), hash, b),
      isApiKeyOf(secret(2), hash, a),
      isApiKeyOf(secret(1), hash.subarray(1), a),
    ]).toEqual([true, false, false, false]);
  });
});
