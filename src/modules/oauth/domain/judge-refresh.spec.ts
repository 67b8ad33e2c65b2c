import { type FamilyState, isNewest, judgeRefresh } from './judge-refresh';

const NOW = 1_795_536_000_000;
const GRACE = 10_000;
const [older, previous, current, request, other] = [1, 2, 3, 4, 5].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

const family = (members: Partial<FamilyState> = {}): FamilyState => ({
  currentHash: current,
  previousHash: previous,
  previousRequest: request,
  hasAnswer: true,
  rotatedAtMs: NOW,
  idleUntilMs: NOW + 1_000_000,
  expiresAtMs: NOW + 2_000_000,
  endedAtMs: null,
  ...members,
});

describe('a presented refresh token', () => {
  it('rotates while it is the newest token and has not expired', () => {
    for (const nowMs of [NOW, NOW + 999_999]) {
      expect(judgeRefresh(family(), current, request, nowMs, GRACE)).toBe('rotate');
    }
  });

  it('gets the same response if it is the previous token, sent with the same request within the grace window', () => {
    expect(judgeRefresh(family(), previous, request, NOW + GRACE - 1, GRACE)).toBe('repeat');
  });

  it.each([
    ['outside the window', family(), previous, request, NOW + GRACE, GRACE],
    ['with a different request', family(), previous, other, NOW, GRACE],
    ['when it is older', family(), older, request, NOW, GRACE],
    ['without a window', family(), previous, request, NOW, 0],
    ['when the stored response is gone', family({ hasAnswer: false }), previous, request, NOW, GRACE],
    ['before the first rotation', family({ rotatedAtMs: null, previousHash: null }), older, request, NOW, GRACE],
  ])('counts as reused %s', (_, state, presented, asked, nowMs, graceMs) => {
    expect(judgeRefresh(state, presented, asked, nowMs, graceMs)).toBe('reused');
  });

  it.each([
    ['ended', family({ endedAtMs: NOW - 1 })],
    ['idle too long', family({ idleUntilMs: NOW })],
    ['too old', family({ expiresAtMs: NOW })],
  ])('is expired when its family is %s', (_, state) => {
    expect(judgeRefresh(state, current, request, NOW, GRACE)).toBe('over');
    expect(judgeRefresh(state, previous, request, NOW, GRACE)).toBe('over');
    expect(isNewest(state, current, NOW)).toBe(false);
  });

  it('is active for introspection only if it is the newest token of a live family (RFC 7662 §2.2)', () => {
    expect([current, previous, older].map((hash) => isNewest(family(), hash, NOW))).toEqual([true, false, false]);
  });
});
