import {
  cookieHeaderAfter,
  deleteChunks,
  joinChunks,
  parseCookies,
  setCookieLine,
  splitChunks,
} from '../src/session/cookies.js';
import { safeReturnTo } from '../src/auth/return-to.js';
import { isFromSameOrigin } from '../src/session/same-origin.js';

const ORIGIN = 'https://shop.example';
const NONE = parseCookies('');

describe('cookies', () => {
  it('are parsed with spaces and equal signs, and the first of a name counts', () => {
    expect([...parseCookies('a=1;  b=x=y; a=2; c; =d')]).toEqual([
      ['a', '1'],
      ['b', 'x=y'],
    ]);
    expect(parseCookies(null).size).toBe(0);
  });

  it('keep every character of their names but spaces and tabs, so that no other name becomes one with a prefix', () => {
    expect([...parseCookies('\u00a0__Host-a=1; \t__Host-b=2\t; \ufeff__Host-c=3').keys()]).toEqual([
      '\u00a0__Host-a',
      '__Host-b',
      '\ufeff__Host-c',
    ]);
  });

  it('are out of reach of scripts and other sites', () => {
    const change = { name: '__Host-a', value: 'v', maxAgeSeconds: 9.9 };
    expect(setCookieLine(change, true)).toBe('__Host-a=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=9; Secure');
    const deletion = setCookieLine({ ...change, value: null }, false);
    expect(deletion).toBe('__Host-a=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
  });

  it.each([1, 3_798, 3_799, 7_598, 7_599, 10_000])('carry a value of %d characters in chunks', (length) => {
    const value = Array.from({ length }, (_, at) => String.fromCharCode(97 + (at % 26))).join('');
    const changes = splitChunks(NONE, 's', value, 60);
    expect(Math.max(...changes.map((one) => one.value?.length ?? 0))).toBeLessThanOrEqual(3_800);
    expect(joinChunks(parseCookies(cookieHeaderAfter(NONE, changes)), 's')).toBe(value);
  });

  it('refuse a value of more than 10,000 characters', () => {
    expect(() => splitChunks(NONE, 's', 'x'.repeat(10_001), 60)).toThrow('request fewer scopes');
  });

  it('of a longer, earlier value are deleted, and never become part of the new value', () => {
    const before = parseCookies(cookieHeaderAfter(NONE, splitChunks(NONE, 's', 'x'.repeat(9_000), 60)));
    const changes = splitChunks(before, 's', 'new', 60);
    expect(changes.map(({ name, value }) => [name, value])).toEqual([
      ['s.0', '1~new'],
      ['s.1', null],
      ['s.2', null],
    ]);
    expect(joinChunks(new Map([...before, ['s.0', '1~new']]), 's')).toBe('new');
  });

  it('of a value with a missing chunk, an invalid count or too many chunks are not joined', () => {
    for (const header of ['s.0=2~a', 's.1=b', 's.0=a', 's.0=0~a', 's.0=4~a; s.1=b; s.2=c; s.3=d']) {
      expect([header, joinChunks(parseCookies(header), 's')]).toEqual([header, null]);
    }
  });

  it('with a similar name are not deleted', () => {
    const names = deleteChunks(parseCookies('s.0=a; s.x=b; sx.0=c; s=d'), 's').map(({ name }) => name);
    expect(names).toEqual(['s.0']);
  });
});

describe('the path to return to', () => {
  it.each(['/', `/${'a'.repeat(3_000)}`, '/a/b?c=d&e=%2F%2F#f', '/%5Cevil.example', '/@evil.example'])(
    'can be %s',
    (path) => {
      expect(safeReturnTo(path, ORIGIN)).toBe(path);
    },
  );

  it.each([
    undefined,
    '',
    'a',
    'https://evil.example/',
    '//evil.example',
    '//evil.example/path',
    '///evil.example',
    '/a\\b',
    '/a\tb',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\u0000//evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    'javascript:alert(1)',
    '@evil.example',
    'https:evil.example',
  ])('is / instead of %p', (path) => {
    expect(safeReturnTo(path, ORIGIN)).toBe('/');
  });
});

it.each([
  [511, 'a', 511],
  [512, 'a', '/'],
  [100, 'ä', '/'],
])('a path of %d times %s is too long with a limit of 512 encoded characters: %p', (count, character, expected) => {
  const path = `/${character.repeat(count)}`;
  expect(safeReturnTo(path, ORIGIN, 512)).toBe(expected === '/' ? '/' : path);
});

describe('a request that changes something', () => {
  it.each([
    ['the same origin', { 'sec-fetch-site': 'same-origin', origin: ORIGIN }, true],
    ['the same origin, by Sec-Fetch-Site alone', { 'sec-fetch-site': 'same-origin' }, true],
    ['the same origin, by Origin alone', { origin: ORIGIN }, true],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
    ['a subdomain', { 'sec-fetch-site': 'same-site', origin: 'https://a.shop.example' }, false],
    ['http', { origin: 'http://shop.example' }, false],
    ['an opaque origin', { origin: 'null' }, false],
    ['contradictory headers', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, false],
    ['contradictory headers of the other kind', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }, false],
    ['no page', { 'sec-fetch-site': 'none' }, false],
    ['an unknown sender', {}, false],
  ])('passes only from the same origin: %s', (_name, headers, expected) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'NEW']) {
      expect(isFromSameOrigin(method, new Headers(headers), ORIGIN)).toBe(expected);
    }
    expect(isFromSameOrigin('GET', new Headers(headers), ORIGIN)).toBe(true);
  });
});
