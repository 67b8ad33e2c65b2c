import { backoffMs } from '../../../kernel/retry/retry-backoff';
import { retryAfterHeaderMs, EVENT_RETRIES, MAX_ATTEMPTS } from './webhook-retry';

const HOUR_MS = 3_600_000;

describe('attempts to deliver an event', () => {
  it('continue for about three days, regardless of the jitter', () => {
    const hours = (chance: number) => {
      let ms = 0;
      for (let failed = 1; failed < MAX_ATTEMPTS; failed += 1) ms += backoffMs(EVENT_RETRIES, failed, chance);
      return ms / HOUR_MS;
    };
    expect(Math.round(hours(0.5))).toBe(70);
    expect(hours(0)).toBeLessThan(4 * 24);
    expect(hours(1)).toBeGreaterThan(40);
  });

  it('are repeated soon after the first failure', () => {
    expect(backoffMs(EVENT_RETRIES, 1, 0)).toBe(10_000);
    expect(backoffMs(EVENT_RETRIES, 1, 1)).toBe(5_000);
  });
});

describe('the delay that a receiver requests', () => {
  const now = Date.parse('2026-11-27T08:00:00Z');

  it.each<[string | null, number]>([
    [null, 0],
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 27 Nov 2026 08:01:00 GMT', 60_000],
    ['Fri, 27 Nov 2026 07:00:00 GMT', 0],
    ['999999999', 24 * HOUR_MS],
    ['soon', 0],
    ['-5', 0],
    ['', 0],
  ])('%j', (header, expected) => {
    expect(retryAfterHeaderMs(header, now)).toBe(expected);
  });
});
