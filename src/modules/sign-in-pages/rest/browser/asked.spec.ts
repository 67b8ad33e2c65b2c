import { askedAtMs, readAsked, withAsked, withoutAsked, writeAsked } from './asked';

const key = Buffer.alloc(32, 1);
const NOW_MS = 1_800_000_000_000;

describe('which requests asked for sign-in', () => {
  it('is kept in a cookie that only its browser can bring back, for half an hour', () => {
    const cookie = writeAsked(key, withAsked([], 'hash', NOW_MS), 'browser');
    expect(askedAtMs(readAsked(key, cookie, 'browser', NOW_MS), 'hash')).toBe(NOW_MS);
    expect(readAsked(key, cookie, 'another', NOW_MS)).toEqual([]);
    expect(readAsked(key, `x${cookie}`, 'browser', NOW_MS)).toEqual([]);
    expect(readAsked(key, '', 'browser', NOW_MS)).toEqual([]);
    expect(readAsked(key, cookie, 'browser', NOW_MS + 30 * 60_000)).toEqual([]);
  });

  it('keeps the first time of a request, until it is answered', () => {
    const asked = withAsked(withAsked([], 'a', 1), 'a', 2);
    expect(askedAtMs(asked, 'a')).toBe(1);
    expect(askedAtMs(withoutAsked(asked, 'a'), 'a')).toBeNull();
  });

  it('lets the oldest of more than five go', () => {
    const asked = ['a', 'b', 'c', 'd', 'e', 'f'].reduce(
      (all, hash, index) => withAsked(all, hash, index),
      withAsked([], 'z', 0),
    );
    expect(asked.map(([hash]) => hash)).toEqual(['b', 'c', 'd', 'e', 'f']);
  });
});
