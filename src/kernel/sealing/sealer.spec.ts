import { Secret } from '../config/secret';
import { Sealer } from './sealer';

const OWNER = 'keys/signing_keys/key-1';
const sealer = new Sealer(new Secret('a master key of at least 32 characters'));

describe('a sealed value', () => {
  it.each([0, 1, 15, 16, 17, 1_700, 100_000])('of %d bytes opens to the original', (size) => {
    const plaintext = Buffer.alloc(size, 0xa5);
    expect(sealer.open(sealer.seal(plaintext, OWNER), OWNER)).toEqual(plaintext);
  });

  it('opens after a restart, with a new sealer of the same key', () => {
    const again = new Sealer(new Secret('a master key of at least 32 characters'));
    expect(again.open(sealer.seal(Buffer.from('x'), OWNER), OWNER).toString()).toBe('x');
  });

  it('reveals neither its content nor whether two values are equal', () => {
    const plaintext = Buffer.from('the same private key twice');
    const [one, two] = [sealer.seal(plaintext, OWNER), sealer.seal(plaintext, OWNER)];
    expect(one.equals(two)).toBe(false);
    expect(one.includes(plaintext)).toBe(false);
  });

  it('does not open with a different master key', () => {
    const other = new Sealer(new Secret('a master key of at least 32 characterS'));
    expect(() => other.open(sealer.seal(Buffer.from('x'), OWNER), OWNER)).toThrow();
  });

  it('does not open for a different owner, even if its row is copied there', () => {
    const sealed = sealer.seal(Buffer.from('x'), OWNER);
    for (const other of ['', 'keys/signing_keys/key-2', `${OWNER} `])
      expect(() => sealer.open(sealed, other)).toThrow();
  });

  it('does not open if any bit of it is changed', () => {
    const sealed = sealer.seal(Buffer.from('abc'), OWNER);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => sealer.open(changed, OWNER)).toThrow();
    }
  });

  it('does not open if it is truncated or extended', () => {
    const sealed = sealer.seal(Buffer.from('abc'), OWNER);
    for (let length = 0; length < sealed.length; length++) {
      expect(() => sealer.open(sealed.subarray(0, length), OWNER)).toThrow();
    }
    expect(() => sealer.open(Buffer.concat([sealed, Buffer.of(0)]), OWNER)).toThrow();
  });
});

describe('a new master key', () => {
  const old = new Secret('the old master key of 32 characters');
  const current = new Secret('the new master key of 32 characters');
  const value = Buffer.from('a value');

  it('opens values sealed with the previous key and distinguishes them from values sealed with the current key', () => {
    const before = new Sealer(old).seal(value, OWNER);
    const both = new Sealer(current, old);
    expect(both.open(before, OWNER)).toEqual(value);
    expect(both.isCurrent(before)).toBe(false);
    const resealed = both.seal(value, OWNER);
    expect(both.isCurrent(resealed)).toBe(true);
    expect(new Sealer(current).open(resealed, OWNER)).toEqual(value);
    expect(() => new Sealer(old).open(resealed, OWNER)).toThrow();
    expect(() => new Sealer(current).open(before, OWNER)).toThrow();
  });

  it('opens values in the older format, which does not name the key', () => {
    // Version 1 does not contain the key ID.
    const sealed = new Sealer(old).seal(value, OWNER);
    const first = Buffer.concat([Buffer.of(1), sealed.subarray(5)]);
    for (const sealer of [new Sealer(old), new Sealer(current, old), new Sealer(old, current)]) {
      expect(sealer.open(first, OWNER)).toEqual(value);
      expect(sealer.isCurrent(first)).toBe(false);
      expect(() => sealer.open(first, `${OWNER}x`)).toThrow();
    }
    expect(() => new Sealer(current).open(first, OWNER)).toThrow();
  });
});

describe('a derived key', () => {
  it('is the same in every process with the master key and different for each purpose', () => {
    const again = new Sealer(new Secret('a master key of at least 32 characters'));
    expect(again.deriveKey('cookies')).toEqual(sealer.deriveKey('cookies'));
    expect(sealer.deriveKey('files signed urls')).not.toEqual(sealer.deriveKey('cookies'));
    expect(new Sealer(new Secret('another master key of 32 characters')).deriveKey('cookies')).not.toEqual(
      sealer.deriveKey('cookies'),
    );
  });
});
