import { InputThrottle } from './input-throttle';

const KIB = 1_024;

describe('the throttle for large inputs', () => {
  let now: number;
  let utilization: number;
  let pace: InputThrottle;

  beforeEach(() => {
    now = 1_000;
    utilization = 0.9;
    pace = new InputThrottle(
      { busyFrom: 0.5, busyBytesPerSecond: 100 * KIB, calmBytesPerSecond: 1_000 * KIB },
      () => now,
      () => utilization,
    );
    now += 50;
  });

  it('delays only the caller, for as long as its last input takes', () => {
    expect(pace.isAllowed('tnt-a')).toBe(true);
    pace.take('tnt-a', 50 * KIB);

    expect([pace.isAllowed('tnt-a'), pace.isAllowed('tnt-b')]).toEqual([false, true]);
    // The next check is after 20 ms.
    now += 479;
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 1;
    expect(pace.isAllowed('tnt-a')).toBe(true);
  });

  it('adds up concurrent inputs', () => {
    expect(pace.isAllowed('tnt-a')).toBe(true);
    for (let count = 0; count < 3; count += 1) pace.take('tnt-a', 10 * KIB);
    now += 279;
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 1;
    expect(pace.isAllowed('tnt-a')).toBe(true);
  });

  it('is less strict while the thread is not busy, as measured every 50 ms', () => {
    expect(pace.isAllowed('tnt-a')).toBe(true);
    pace.take('tnt-a', 50 * KIB);
    utilization = 0.2;
    now += 49;
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 1;
    // Of the 50 KiB, 5 KiB are processed in the busy 50 ms; 20 KiB remain until the next check.
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 24;
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 1;
    expect(pace.isAllowed('tnt-a')).toBe(true);
  });

  it('admits no additional concurrent input while the thread is not busy', () => {
    utilization = 0.2;
    expect(pace.isAllowed('tnt-a')).toBe(true);
    pace.take('tnt-a', 100 * KIB);
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 79;
    expect(pace.isAllowed('tnt-a')).toBe(false);
    now += 1;
    expect(pace.isAllowed('tnt-a')).toBe(true);
  });

  it('admits waiting input when there is room, unless its caller has disconnected', async () => {
    pace.take('tnt-a', 1_000 * KIB);
    const over = new AbortController();
    const [given, kept] = [
      pace.admit('tnt-a', 10 * KIB, over.signal),
      pace.admit('tnt-a', 10 * KIB, new AbortController().signal),
    ];
    over.abort(new Error('The client has gone.'));
    await expect(given).rejects.toThrow('The client has gone.');
    now += 10_000;
    await kept;
    expect(pace.isAllowed('tnt-a')).toBe(false);
  });
});
