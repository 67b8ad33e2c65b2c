import { daysInMonth } from './calendar.js';
import { instantOfCivil, type Instant } from './instant.js';
import { RFC3339 } from './layout.js';
import { parseTime } from './parse-time.js';
import { UTC } from './zones.js';

/** RFC 3339 in UTC, the most common form. */
const RFC3339_UTC = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/** Parses an RFC 3339 time, with the results and errors of {@link parseTime}. A valid time in UTC takes a fifth of the time. */
export function parseRfc3339(text: string): Instant {
  const match = RFC3339_UTC.exec(text);
  if (match === null) return parseTime(RFC3339, text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 59) return parseTime(RFC3339, text);
  const nanosecond = Number((match[7] ?? '').padEnd(9, '0'));
  return instantOfCivil({ year, month, day, hour, minute, second, nanosecond }, UTC);
}
