import {
  pendingSinceMs,
  readPendingRequests,
  withPendingRequest,
  withoutPendingRequest,
  writePendingRequests,
} from './pending-requests';

const key = Buffer.alloc(32, 1);
const NOW_MS = 1_800_000_000_000;

describe('the list of pending requests', () => {
  it('is stored in a cookie bound to its browser, for half an hour', () => {
    const cookie = writePendingRequests(key, withPendingRequest([], 'hash', NOW_MS), 'browser');
    expect(pendingSinceMs(readPendingRequests(key, cookie, 'browser', NOW_MS), 'hash')).toBe(NOW_MS);
    expect(readPendingRequests(key, cookie, 'another', NOW_MS)).toEqual([]);
    expect(readPendingRequests(key, `x${cookie}`, 'browser', NOW_MS)).toEqual([]);
    expect(readPendingRequests(key, '', 'browser', NOW_MS)).toEqual([]);
    expect(readPendingRequests(key, cookie, 'browser', NOW_MS + 30 * 60_000)).toEqual([]);
  });

  it('keeps the original time of a request until the request is removed', () => {
    const asked = withPendingRequest(withPendingRequest([], 'a', 1), 'a', 2);
    expect(pendingSinceMs(asked, 'a')).toBe(1);
    expect(pendingSinceMs(withoutPendingRequest(asked, 'a'), 'a')).toBeNull();
  });

  it('drops the oldest requests beyond five', () => {
    const asked = ['a', 'b', 'c', 'd', 'e', 'f'].reduce(
      (all, hash, index) => withPendingRequest(all, hash, index),
      withPendingRequest([], 'z', 0),
    );
    expect(asked.map(([hash]) => hash)).toEqual(['b', 'c', 'd', 'e', 'f']);
  });
});
