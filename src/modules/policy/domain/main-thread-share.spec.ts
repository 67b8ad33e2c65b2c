import { MainThreadShare } from './main-thread-share';

const A = 'tnt-a';
const LARGE = 10_000;

/** Returns the number of decisions of a given size that a tenant can make before it exceeds its share. */
function decisionsUntilFull(share: MainThreadShare, steps: number, nowMs: number): number {
  for (let made = 0; made < 1_000; made++) {
    if (!share.mayUse(A, nowMs)) return made;
    share.used(A, steps, nowMs);
  }
  return Number.POSITIVE_INFINITY;
}

describe('the share of the main thread', () => {
  it('is not used by small decisions, regardless of their number', () => {
    expect(decisionsUntilFull(new MainThreadShare(), 999, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is used up by a tenant's large decisions, and refills over time", () => {
    const share = new MainThreadShare();
    expect(decisionsUntilFull(share, LARGE, 0)).toBe(20);
    expect(share.mayUse(A, 1)).toBe(true);
    expect(decisionsUntilFull(share, LARGE, 1)).toBe(1);
    expect(decisionsUntilFull(share, LARGE, 60_000)).toBe(20);
  });

  it('is separate for each tenant', () => {
    const share = new MainThreadShare();
    decisionsUntilFull(share, LARGE, 0);
    expect(share.mayUse('tnt-b', 0)).toBe(true);
  });
});
