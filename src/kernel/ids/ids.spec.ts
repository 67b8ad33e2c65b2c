import { derivedId, idTimeMs, isId, newId, newUlid } from './ids';

const MAX_MS = 2 ** 48 - 1;

describe('a ULID', () => {
  it('has 26 characters of lowercase Crockford base32', () => {
    for (let i = 0; i < 1_000; i++) expect(newUlid()).toMatch(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/);
  });

  it.each([
    [0, '0000000000'],
    [1, '0000000001'],
    [31, '000000000z'],
    [32, '0000000010'],
    // The example from the ULID specification, in lowercase.
    [1_469_918_176_385, '01aryz6s41'],
    [MAX_MS, '7zzzzzzzzz'],
  ])('encodes %d ms in its first ten characters', (ms, time) => {
    const ulid = newUlid(ms);
    expect([ulid.slice(0, 10), idTimeMs(ulid)]).toEqual([time, ms]);
  });

  it('sorts by time as text', () => {
    const times = [0, 1, 31, 32, 1_023, 1_024, 2 ** 32, 1_795_536_000_000, 1_795_536_000_001, MAX_MS];
    const ulids = times.map((ms) => newUlid(ms));
    expect([...ulids].sort()).toEqual(ulids);
  });

  it('drops fractions of a millisecond', () => {
    expect(idTimeMs(newUlid(1_795_536_000_000.9))).toBe(1_795_536_000_000);
  });

  it('is unique among 100,000 ids from the same millisecond, across many draws of random bytes', () => {
    const ulids = new Set(Array.from({ length: 100_000 }, () => newUlid(1)));
    expect(ulids.size).toBe(100_000);
  });

  it('has uniformly distributed characters in each random position', () => {
    const draws = 32_000;
    const counts = Array.from({ length: 16 }, () => new Map<string, number>());
    for (let i = 0; i < draws; i++) {
      const random = newUlid(1).slice(10);
      counts.forEach((of, place) => of.set(random.charAt(place), (of.get(random.charAt(place)) ?? 0) + 1));
    }
    for (const of of counts) {
      expect(of.size).toBe(32);
      // 1,000 of each character are expected, with a standard deviation of 31. A difference of eight standard deviations is not due to
      // chance.
      for (const count of of.values()) expect(Math.abs(count - draws / 32)).toBeLessThan(250);
    }
  });
});

describe('an ID', () => {
  it('has its prefix and is recognized by it', () => {
    const id = newId('prj', 1_795_536_000_000);
    expect(id).toMatch(/^prj-01/);
    expect([isId('prj', id), isId('app', id), idTimeMs(id)]).toEqual([true, false, 1_795_536_000_000]);
  });

  it.each([
    '',
    'prj-',
    'prj',
    newUlid(),
    `prj-${newUlid()}x`,
    `prj-${newUlid().slice(1)}`,
    ` prj-${newUlid()}`,
    `prj-${newUlid()}\n`,
    `PRJ-${newUlid()}`,
    `prj-${newUlid().toUpperCase()}`,
    // Times of 2^48 ms or later are invalid; i, l, o and u are not in the alphabet.
    `prj-8${'0'.repeat(25)}`,
    ...['i', 'l', 'o', 'u'].map((letter) => `prj-0${letter.repeat(25)}`),
  ])('cannot be %j', (text) => {
    expect(isId('prj', text)).toBe(false);
  });

  it('has no time if it is invalid', () => {
    for (const text of ['', 'x', 'app-admin', `prj-8${'0'.repeat(25)}`]) expect(idTimeMs(text)).toBeNaN();
  });
});

describe('a derived ID', () => {
  it('is valid, and is the same for the same parts and different for other parts', () => {
    const parts = [
      ['tnt-a', 'k', 'app-1', 'x'],
      ['tnt-b', 'k', 'app-1', 'x'],
      ['tnt-a', 'k', 'app-1x'],
      ['tnt-a', 'kapp-1x'],
    ];
    const ids = parts.map((list) => derivedId('aud', list));
    expect(ids).toEqual(parts.map((list) => derivedId('aud', list)));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(isId('aud', id)).toBe(true);
  });
});
