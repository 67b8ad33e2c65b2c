/** Returns the first day of the calendar month (UTC) of a Unix time in milliseconds, such as `2026-11-01`. */
export function firstOfMonth(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 7)}-01`;
}

/** Returns the number of milliseconds until the next calendar month (UTC). */
export function untilNextMonthMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - nowMs;
}
