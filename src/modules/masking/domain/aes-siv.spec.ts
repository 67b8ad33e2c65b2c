import fc from 'fast-check';
import { AesSiv } from './aes-siv';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** RFC 5297, appendix A. */
const VECTORS = [
  {
    name: 'A.1, deterministic',
    key: hex('fffefdfc fbfaf9f8 f7f6f5f4 f3f2f1f0 f0f1f2f3 f4f5f6f7 f8f9fafb fcfdfeff'),
    additionalData: [hex('10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627')],
    plaintext: hex('11223344 55667788 99aabbcc ddee'),
    sealed: hex('85632d07 c6e8f37f 950acd32 0a2ecc93 40c02b96 90c4dc04 daef7f6a fe5c'),
  },
  {
    name: 'A.2, nonce-based',
    key: hex('7f7e7d7c 7b7a7978 77767574 73727170 40414243 44454647 48494a4b 4c4d4e4f'),
    additionalData: [
      hex('00112233 44556677 8899aabb ccddeeff deaddada deaddada ffeeddcc bbaa9988 77665544 33221100'),
      hex('10203040 50607080 90a0'),
      hex('09f91102 9d74e35b d84156c5 635688c0'),
    ],
    plaintext: hex(
      '74686973 20697320 736f6d65 20706c61 696e7465 78742074 6f20656e 63727970 74207573 696e6720 5349562d 414553',
    ),
    sealed: hex(
      '7bdb6e3b 432667eb 06f4d14b ff2fbd0f cb900f2f ddbe4043 26601965 c889bf17 dba77ceb 094fa663 b7a3f748 ba8af829 ea64ad54 4a272e9c 485b62a3 fd5c0d',
    ),
  },
] as const;

describe('AES-SIV', () => {
  it.each(VECTORS)('seals and opens the vector $name of RFC 5297', ({ key, additionalData, plaintext, sealed }) => {
    expect(new AesSiv(key, additionalData).seal(plaintext)).toEqual(sealed);
    expect(new AesSiv(key, additionalData).open(sealed)).toEqual(plaintext);
  });

  it('opens what it sealed, of any length', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
    const key = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(key, bytes(80), fc.array(bytes(40), { maxLength: 3 }), (aKey, plaintext, data) => {
        const siv = new AesSiv(aKey, data);
        const sealed = siv.seal(plaintext);
        expect(sealed).toHaveLength(16 + plaintext.length);
        expect(siv.seal(plaintext)).toEqual(sealed);
        expect(siv.open(sealed)).toEqual(plaintext);
        expect(new AesSiv(aKey, [...data, Buffer.from('x')]).open(sealed)).toBeNull();
      }),
    );
  });

  it('does not open when any one bit was changed, or it was cut', () => {
    const { key, additionalData, sealed } = VECTORS[1];
    const siv = new AesSiv(key, additionalData);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(siv.open(changed)).toBeNull();
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(siv.open(sealed.subarray(0, length))).toBeNull();
    }
  });
});
