import { Thinned } from './thinned';

describe('what is thinned', () => {
  it('passes once in each interval, and tells how many did not', () => {
    let nowMs = 0;
    const thinned = new Thinned(1_000, () => nowMs);
    expect(thinned.pass('a')).toBe(0);
    for (let count = 0; count < 7; count++) expect(thinned.pass('a')).toBeNull();
    expect(thinned.pass('b')).toBe(0);
    nowMs = 999;
    expect(thinned.pass('a')).toBeNull();
    nowMs = 1_000;
    expect(thinned.pass('a')).toBe(8);
    expect(thinned.pass('a')).toBeNull();
  });

  it('is remembered of so many, and no more', () => {
    const thinned = new Thinned(1_000, () => 0);
    for (let count = 0; count <= 10_000; count++) expect(thinned.pass(`key-${count}`)).toBe(0);
    expect(thinned.pass('key-10000')).toBeNull();
    expect(thinned.pass('key-0')).toBe(0);
  });
});
