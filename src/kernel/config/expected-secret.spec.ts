import { inspect } from 'node:util';
import { ExpectedSecret } from './expected-secret';
import { Secret } from './secret';

const TEXT = 'correct horse battery staple';
const expected = new ExpectedSecret(new Secret(TEXT));

describe('an expected secret', () => {
  it('equals only itself, every time', () => {
    for (let time = 0; time < 3; time++) {
      expect(expected.equals(TEXT)).toBe(true);
      for (const other of ['', 'correct horse', `${TEXT} `, `${TEXT}\0`, `\0${TEXT}`, TEXT.toUpperCase()]) {
        expect([other, expected.equals(other)]).toEqual([other, false]);
      }
    }
  });

  it.each([16, 254, 255, 256, 257, 511, 512, 5_000])('can have %d bytes and is compared in full', (bytes) => {
    for (const text of ['x'.repeat(bytes), 'é'.repeat(bytes / 2).padEnd(Math.ceil(bytes / 2), 'x')]) {
      const long = new ExpectedSecret(new Secret(text));
      expect(long.equals(text)).toBe(true);
      for (const more of ['x', 'é', '\0', '€', 'x'.repeat(20_000)]) expect(long.equals(text + more)).toBe(false);
      expect(long.equals(text.slice(0, -1))).toBe(false);
      expect(long.equals(text)).toBe(true);
    }
  });

  it('does not depend on previously compared strings', () => {
    expect(expected.equals(`${TEXT}${'x'.repeat(100)}`)).toBe(false);
    expect(expected.equals(TEXT)).toBe(true);
  });

  it('is not visible when the object is printed', () => {
    expect(inspect(expected, { depth: 5, showHidden: true })).not.toContain('horse');
    expect(JSON.stringify(expected)).toBe('{}');
  });
});
