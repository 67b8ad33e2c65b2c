import { ff1Encrypt } from './ff1';

const KEY_128 = '2B7E151628AED2A6ABF7158809CF4F3C';
const KEY_192 = `${KEY_128}EF4359D8D580AA4F`;
const KEY_256 = `${KEY_192}7F036D6F04FC6A94`;
const DIGITS = '0123456789';
const TWEAK_DIGITS = '39383736353433323130';
const TWEAK_ALNUM = '3737373770717273373737';

/** NIST, "Examples with Intermediate Values: FF1 samples", samples 1 to 9. */
const SAMPLES: readonly (readonly [key: string, radix: number, tweak: string, plain: string, cipher: string])[] = [
  [KEY_128, 10, '', DIGITS, '2433477484'],
  [KEY_128, 10, TWEAK_DIGITS, DIGITS, '6124200773'],
  [KEY_128, 36, TWEAK_ALNUM, '0123456789abcdefghi', 'a9tv40mll9kdu509eum'],
  [KEY_192, 10, '', DIGITS, '2830668132'],
  [KEY_192, 10, TWEAK_DIGITS, DIGITS, '2496655549'],
  [KEY_192, 36, TWEAK_ALNUM, '0123456789abcdefghi', 'xbj3kv35jrawxv32ysr'],
  [KEY_256, 10, '', DIGITS, '6657667009'],
  [KEY_256, 10, TWEAK_DIGITS, DIGITS, '1001623463'],
  [KEY_256, 36, TWEAK_ALNUM, '0123456789abcdefghi', 'xs8a0azh2avyalyzuwd'],
];

const numerals = (text: string, radix: number): number[] => [...text].map((character) => parseInt(character, radix));
const text = (values: readonly number[], radix: number): string =>
  values.map((value) => value.toString(radix)).join('');

describe('FF1', () => {
  it.each(SAMPLES)('gives the sample of NIST for key %s, radix %d, tweak "%s"', (key, radix, tweak, plain, cipher) => {
    const encrypted = ff1Encrypt(Buffer.from(key, 'hex'), radix, numerals(plain, radix), Buffer.from(tweak, 'hex'));
    expect(text(encrypted, radix)).toBe(cipher);
  });

  it('is a permutation: a small domain is mapped onto itself', () => {
    const key = Buffer.from(KEY_256, 'hex');
    const images = new Set<string>();
    for (let value = 0; value < 1024; value += 1) {
      const bits = Array.from({ length: 10 }, (_, bit) => (value >> bit) & 1);
      images.add(ff1Encrypt(key, 2, bits, Buffer.alloc(0)).join(''));
    }
    expect(images.size).toBe(1024);
  });
});
