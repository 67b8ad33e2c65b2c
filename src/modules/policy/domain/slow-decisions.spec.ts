import { SlowDecisions } from './slow-decisions';

const SLOW = 100_000;

describe('slow decisions', () => {
  it('are held back once they have used up their burst, and come back with time', () => {
    const slow = new SlowDecisions();
    for (let i = 0; i < 9; i++) slow.spent('tnt-a', SLOW, 0);
    expect(slow.mayDecide('tnt-a', 0)).toBe(true);
    slow.spent('tnt-a', SLOW, 0);
    expect(slow.mayDecide('tnt-a', 0)).toBe(false);
    expect(slow.mayDecide('tnt-a', 1)).toBe(true);
    slow.spent('tnt-a', SLOW, 1);
    expect(slow.mayDecide('tnt-a', 100)).toBe(false);
    expect(slow.mayDecide('tnt-a', 1_000)).toBe(true);
  });

  it('of one tenant hold back no other', () => {
    const slow = new SlowDecisions();
    slow.spent('tnt-a', 2_000_000, 0);
    expect([slow.mayDecide('tnt-a', 0), slow.mayDecide('tnt-b', 0)]).toEqual([false, true]);
  });

  it('are the only ones that count: a million fast ones hold nothing back', () => {
    const slow = new SlowDecisions();
    for (let i = 0; i < 1_000_000; i++) slow.spent('tnt-a', 500, 0);
    expect(slow.mayDecide('tnt-a', 0)).toBe(true);
  });

  it('do not save up more than a burst', () => {
    const slow = new SlowDecisions();
    slow.spent('tnt-a', SLOW, 0);
    slow.spent('tnt-a', 1_500_000, 3_600_000);
    expect(slow.mayDecide('tnt-a', 3_600_001)).toBe(false);
  });
});
