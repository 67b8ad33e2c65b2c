import { Cron } from 'croner';

/** Returns an error message for an invalid cron pattern or time zone; `null` when both are valid. */
export function scheduleFault(
  cron: string,
  timeZone: string,
): { readonly member: string; readonly words: string } | null {
  if (!isTimeZone(timeZone)) return { member: 'timeZone', words: 'must be a time zone from the IANA database' };
  try {
    const pattern = new Cron(cron, { timezone: timeZone, paused: true });
    if (pattern.nextRun() === null) return { member: 'cron', words: 'must match at least one future time' };
    return null;
  } catch {
    return { member: 'cron', words: 'must be a cron pattern of five or six fields, such as "30 4 * * 1-5"' };
  }
}

/** Returns the first tick after a time, or `null` when there are no more ticks. Both times are in Unix milliseconds. */
export function nextTick(cron: string, timeZone: string, afterMs: number): number | null {
  return new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(afterMs))?.getTime() ?? null;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
