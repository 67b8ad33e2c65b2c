import fc from 'fast-check';
import { MAX_PATH_BYTES, pathFault, pathInUrl, pathToUrl, prefixFault } from './file-path';

const MOUNT = '/v1/files/shared/';

describe('a path', () => {
  it.each(['a', 'a/b/c.txt', '.hidden', '...', 'a..b', '日本/語', 'é', ' ', 'x'.repeat(255), '😀'])(
    'can be %j',
    (path) => {
      expect(pathFault(path)).toBeNull();
    },
  );

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    'a/.',
    './a',
    'a\0b',
    'a\nb',
    'a\u007fb',
    'a\u0085b',
    'a\\b',
    '..\\a',
    'cafe\u0301',
    '\u212b',
    '\ud800',
    'a\u202eb',
    '\uffff',
    '\u{10ffff}',
    'x'.repeat(256),
    'é'.repeat(128),
    Array.from({ length: 65 }, () => 'a').join('/'),
    Array.from({ length: 5 }, () => 'x'.repeat(250)).join('/'),
  ])('cannot be %j', (path) => {
    expect(pathFault(path)).not.toBeNull();
  });

  it('survives a round trip through a URL', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/').normalize('NFC'));
    fc.assert(
      fc.property(path, (text) => {
        fc.pre(pathFault(text) === null);
        expect(pathInUrl(`${MOUNT}${pathToUrl(text)}?download=x`, MOUNT)).toBe(text);
      }),
    );
  });

  it('from any URL is valid or refused', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '%2e',
      '%2F',
      '%5c',
      '\\',
      '%00',
      'a',
      '%C3%A9',
      '%',
      '%zz',
      '?',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        let path: string;
        try {
          path = pathInUrl(MOUNT + pieces.join(''), MOUNT);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
          return;
        }
        expect(pathFault(path)).toBeNull();
        expect(path.split('/')).not.toEqual(expect.arrayContaining(['..']));
        expect(Buffer.byteLength(path)).toBeLessThanOrEqual(MAX_PATH_BYTES);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a path in a URL', () => {
  it.each(['a%2Fb', 'a%2fb', 'a/..%2Fb', '%2Fa'])('is refused with an encoded separator: %s', (path) => {
    expect(() => pathInUrl(MOUNT + path, MOUNT)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it.each(['a/%2e%2e/b', '%2E', 'a%5Cb', 'a%00b', '%', '%C3'])('is refused as an invalid path: %s', (path) => {
    expect(() => pathInUrl(MOUNT + path, MOUNT)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});

describe('a prefix', () => {
  it.each(['', 'a', 'a/', 'a/b', 'a/.', 'a/..b'])('can be %j', (prefix) => {
    expect(prefixFault(prefix)).toBeNull();
  });

  it.each(['/', '/a', 'a//', '../', 'a/../', './a/', 'a\0', 'cafe\u0301'])('cannot be %j', (prefix) => {
    expect(prefixFault(prefix)).not.toBeNull();
  });
});
