import { Budget } from '../evaluate/budget.js';
import { compareNumbers, formatNumber } from '../values/number.js';
import type { RegoNumber } from '../values/value.js';
import { TIME_BUILTINS } from './time.js';
import { formatTime } from './time/format-time.js';
import { instantOfCivil } from './time/instant.js';
import { parseTime } from './time/parse-time.js';
import { parseRfc3339 } from './time/rfc3339.js';
import { loadZone, UTC } from './time/zones.js';
import { callWithJson, callWithValues } from './testing/call-builtin.js';

const call = (name: string, ...args: unknown[]): unknown => callWithJson(TIME_BUILTINS, `time.${name}`, args);
const parse = (layout: string, text: string): string =>
  formatTime({ nanos: parseTime(layout, text).nanos, zone: UTC }, '2006-01-02T15:04:05.999999999Z07:00');
/** 2024-02-29T23:59:58.000000007Z */
const LEAP_DAY = 1_709_251_198_000_000_000;

describe('time', () => {
  test.each([
    ['2006-01-02', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['2006-01-02 15:04:05', '2024-02-29 01:02:03.5', '2024-02-29T01:02:03.5Z'],
    ['2006-01-02T15:04:05.000Z07:00', '2024-02-29T01:02:03.250-01:30', '2024-02-29T02:32:03.25Z'],
    ['Mon, 2 Jan 06 3:04PM -0700', 'thu, 29 FEB 24 12:05AM +0000', '2024-02-29T00:05:00Z'],
    ['January _2, 2006', 'March  7, 1969', '1969-03-07T00:00:00Z'],
    ['02/01/06', '01/12/69', '1969-12-01T00:00:00Z'],
    ['2006-002', '2024-366', '2024-12-31T00:00:00Z'],
    ['15:04 MST 2006', '10:00 GMT+3 2020', '2020-01-01T07:00:00Z'],
    ['15:04 MST 2006', '10:00 CEST 2020', '2020-01-01T10:00:00Z'],
    ['2006  01', '2020 02', '2020-02-01T00:00:00Z'],
  ])('parses with layout %s: %s', (layout, text, expected) => {
    expect(parse(layout, text)).toBe(expected);
  });

  test.each([
    ['2006-01-02', '2023-02-29', 'parsing time "2023-02-29": day out of range'],
    ['2006-01-02', '2023-13-01', 'parsing time "2023-13-01": month out of range'],
    ['2006-01-02', '2023-01-01x', 'parsing time "2023-01-01x": extra text: "x"'],
    ['15:04 MST', '10:00 -0700', 'parsing time "10:00 -0700" as "15:04 MST": cannot parse "-0700" as "MST"'],
    ['2006-01-02', 'x', 'parsing time "x" as "2006-01-02": cannot parse "x" as "2006"'],
    ['15:04', '24:00', 'parsing time "24:00": hour out of range'],
  ])('layout %s rejects %s', (layout, text, message) => {
    expect(call('parse_ns', layout, text)).toBe(`eval_builtin_error: ${message}`);
  });

  test('results must fit in 64 bits', () => {
    expect(call('parse_ns', '15:04', '10:00')).toBe('eval_builtin_error: time outside of valid range');
    expect(call('date', 2 ** 63)).toBe('eval_builtin_error: timestamp too big');
    expect(call('date', 0.5)).toBe('eval_builtin_error: timestamp too big');
    expect(call('add_date', 0, 1e15, 0, 0)).toBe('eval_builtin_error: time outside of valid range');
    const largest = callWithValues(TIME_BUILTINS, 'time.parse_rfc3339_ns', ['2262-04-11T23:47:16.854775807Z']);
    expect(formatNumber(largest as RegoNumber)).toBe('9223372036854775807');
    expect(compareNumbers(largest as RegoNumber, 0)).toBe(1);
  });

  test.each([
    ['1h15m30.918s', 4_530_918_000_000],
    ['-1.5us', -1_500],
    ['0', 0],
    ['', 'eval_builtin_error: time: invalid duration ""'],
    ['1', 'eval_builtin_error: time: missing unit in duration "1"'],
    ['1d', 'eval_builtin_error: time: unknown unit "d" in duration "1d"'],
    ['9223372036854775808ns', 'eval_builtin_error: time: invalid duration "9223372036854775808ns"'],
  ])('parse_duration_ns %s', (text, expected) => {
    expect(call('parse_duration_ns', text)).toBe(expected);
  });

  test.each([
    ['UTC', [2024, 2, 29], [23, 59, 58], 'Thursday'],
    ['Asia/Tokyo', [2024, 3, 1], [8, 59, 58], 'Friday'],
    ['America/New_York', [2024, 2, 29], [18, 59, 58], 'Thursday'],
    ['Asia/Kathmandu', [2024, 3, 1], [5, 44, 58], 'Friday'],
  ])('returns date, clock and weekday in %s', (zone, date, clock, weekday) => {
    expect(call('date', [LEAP_DAY, zone])).toEqual(date);
    expect(call('clock', [LEAP_DAY, zone])).toEqual(clock);
    expect(call('weekday', [LEAP_DAY, zone])).toBe(weekday);
  });

  test.each(['Mars/Olympus', '+01:00', '../etc/passwd', 'europe/berlin'])('%s is not a time zone', (zone) => {
    expect(call('date', [0, zone])).toBe(`eval_builtin_error: unknown time zone ${zone}`);
  });

  test.each([
    ['Monday, 2 January 2006', 'Thursday, 29 February 2024'],
    ['Mon Jan _2 3:04:05pm 06', 'Thu Feb 29 11:59:58pm 24'],
    ['002 __2 .000 .999 ,0', '060  60 .000  ,0'],
    ['Janet 2006_2006 Z0700', 'Janet 2024_2024 Z'],
    ['UnixDate', 'Thu Feb 29 23:59:58 UTC 2024'],
  ])('formats with layout %s', (layout, expected) => {
    expect(call('format', [LEAP_DAY, 'UTC', layout])).toBe(expected);
  });

  test.each([
    ['Europe/Berlin', '2024-07-01', 'CEST +02:00'],
    ['Europe/Berlin', '2024-01-01', 'CET +01:00'],
    ['Asia/Kolkata', '2024-01-01', 'IST +05:30'],
    ['America/Sao_Paulo', '2024-01-01', '-03 -03:00'],
  ])('%s in %s is %s', (zone, date, expected) => {
    const { nanos } = parseTime('2006-01-02', date);
    expect(formatTime({ nanos, zone: loadZone(zone, new Budget()) }, 'MST -07:00')).toBe(expected);
  });

  test('parses RFC 3339 with the same results and errors as with the RFC 3339 layout', () => {
    const outcome = (parse: () => { readonly nanos: bigint }): unknown => {
      try {
        return parse().nanos;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const dates = ['2024-02-29', '2023-02-29', '2024-13-01', '2024-00-10', '2024-01-32', '0000-01-01', '9999-12-31'];
    const times = ['00:00:00', '23:59:59', '24:00:00', '12:60:00', '12:00:60', '7:05:09', '12:00'];
    const ends = ['Z', '.5Z', '.123456789Z', '.1234567891Z', ',5Z', '.Z', '+02:00', '-24:00', 'z', '', ' Z', 'ZZ'];
    const texts = dates.flatMap((date) => times.flatMap((time) => ends.map((end) => `${date}T${time}${end}`)));
    for (const text of [...texts, '', '2024-02-29 12:00:00Z', '2024-02-29T12:00:00Z\n'])
      expect([text, outcome(() => parseRfc3339(text))]).toEqual([
        text,
        outcome(() => parseTime('2006-01-02T15:04:05Z07:00', text)),
      ]);
  });

  test('one month after 31 January is in March, and clock times survive a daylight saving change', () => {
    const start = instantOfCivil(
      { year: 2024, month: 1, day: 31, hour: 12, minute: 0, second: 0, nanosecond: 0 },
      loadZone('Europe/Berlin', new Budget()),
    );
    const after = call('add_date', [Number(start.nanos), 'Europe/Berlin'], 0, 3, 0);
    expect(call('clock', [after, 'Europe/Berlin'])).toEqual([12, 0, 0]);
    expect(call('date', [call('add_date', Number(start.nanos), 0, 1, 0), 'UTC'])).toEqual([2024, 3, 2]);
  });

  test('add_date accepts only whole numbers', () => {
    expect(call('add_date', 0, 0, 0, 0.5)).toBe(
      'eval_type_error: operand 4 must be integer number but got floating-point number',
    );
  });

  test.each([
    ['2024-01-31', '2024-03-01', [0, 1, 1, 0, 0, 0]],
    ['2024-03-01', '2024-01-31', [0, 1, 1, 0, 0, 0]],
    ['2023-12-31', '2024-01-01', [0, 0, 1, 0, 0, 0]],
  ])('diff from %s to %s', (from, to, expected) => {
    expect(call('diff', call('parse_ns', '2006-01-02', from), call('parse_ns', '2006-01-02', to))).toEqual(expected);
  });

  test.each([
    [[], 'eval_type_error: operand 1 must be either number (ns) or [number (ns), string (tz)] but got array'],
    [['x'], 'eval_type_error: operand 1 must be number but got string'],
    [[0, 1], 'eval_type_error: operand 1 must be string but got number'],
  ])('%j is not a valid time', (time, message) => {
    expect(call('clock', time)).toBe(message);
  });
});
