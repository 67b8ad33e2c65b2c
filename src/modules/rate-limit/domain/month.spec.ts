import { firstOfMonth, untilNextMonthMs } from './month';

const DAY_MS = 86_400_000;

describe('the calendar month of a quota, in UTC', () => {
  it.each([
    ['2026-11-01T00:00:00.000Z', '2026-11-01', 30 * DAY_MS],
    ['2026-11-30T23:59:59.999Z', '2026-11-01', 1],
    ['2026-12-31T00:00:00.000Z', '2026-12-01', DAY_MS],
    ['2028-02-28T12:00:00.000Z', '2028-02-01', 1.5 * DAY_MS],
    ['2026-03-01T00:30:00.000+01:00', '2026-02-01', 1_800_000],
  ])('of %s begins at %s and ends in %d ms', (time, first, leftMs) => {
    const nowMs = Date.parse(time);
    expect(firstOfMonth(nowMs)).toBe(first);
    expect(untilNextMonthMs(nowMs)).toBe(leftMs);
  });
});
