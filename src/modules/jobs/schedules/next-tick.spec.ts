import { nextTick, scheduleFault } from './next-tick';

const next = (cron: string, timeZone: string, after: string): string | null => {
  const tick = nextTick(cron, timeZone, Date.parse(after));
  return tick === null ? null : new Date(tick).toISOString();
};

describe('the next tick', () => {
  it('follows the local clock of the time zone in summer and winter', () => {
    expect(next('30 4 * * *', 'Europe/Berlin', '2026-01-10T00:00:00Z')).toBe('2026-01-10T03:30:00.000Z');
    expect(next('30 4 * * *', 'Europe/Berlin', '2026-07-10T00:00:00Z')).toBe('2026-07-10T02:30:00.000Z');
    expect(next('30 4 * * *', 'UTC', '2026-07-10T04:30:00Z')).toBe('2026-07-11T04:30:00.000Z');
  });

  it('occurs once when the clock is set back and a local time repeats', () => {
    // 2026-10-25: 03:00 becomes 02:00 again at 01:00 UTC.
    const first = next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z');
    expect(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']).toContain(first);
    expect(next('30 2 * * *', 'Europe/Berlin', first ?? '')).toBe('2026-10-26T01:30:00.000Z');
  });

  it('occurs right after the change when the clock skips its local time', () => {
    // 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    const tick = next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z');
    expect(['2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z']).toContain(tick);
    expect(next('30 2 * * *', 'Europe/Berlin', tick ?? '')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('supports seconds and rare dates', () => {
    expect(next('*/10 * * * * *', 'UTC', '2026-01-01T00:00:01Z')).toBe('2026-01-01T00:00:10.000Z');
    expect(next('0 0 29 2 *', 'UTC', '2026-03-01T00:00:00Z')).toBe('2028-02-29T00:00:00.000Z');
  });
});

describe('the check of a schedule', () => {
  it.each([
    ['61 * * * *', 'UTC', 'cron'],
    ['every day', 'UTC', 'cron'],
    ['', 'UTC', 'cron'],
    ['0 0 31 2 *', 'UTC', 'cron'],
    ['2020-01-01T00:00:00', 'UTC', 'cron'],
    ['* * * * *', 'Europe/Atlantis', 'timeZone'],
  ])('refuses %s in %s', (cron, timeZone, member) => {
    expect(scheduleFault(cron, timeZone)).toMatchObject({ member });
  });

  it('accepts a valid schedule', () => {
    expect(scheduleFault('*/5 9-17 * * MON-FRI', 'America/New_York')).toBeNull();
  });
});
