import { BuiltinError } from '../../errors.js';
import { civilOf, NANOS_PER_SECOND, secondsOf, type CivilTime } from './calendar.js';
import type { Zone } from './zones.js';

const MIN_INT64 = -(1n << 63n);
const MAX_INT64 = (1n << 63n) - 1n;
/** Beyond any instant that fits in 64 bits of nanoseconds, and safe for calendar arithmetic. */
const MAX_YEARS = 10_000;
const MAX_DAYS = 4_000_000;

/** A point in time with a time zone. */
export interface Instant {
  /** Nanoseconds since the epoch. */
  readonly nanos: bigint;
  readonly zone: Zone;
}

export function isInt64(value: bigint): boolean {
  return value >= MIN_INT64 && value <= MAX_INT64;
}

/** Checks that the nanoseconds of a result fit in 64 bits: the years 1677 to 2262. */
export function checkRange(nanos: bigint): bigint {
  if (!isInt64(nanos)) {
    throw outOfRange();
  }
  return nanos;
}

function outOfRange(): BuiltinError {
  return new BuiltinError('eval_builtin_error', 'time outside of valid range');
}

/** Splits into whole seconds, rounded down, and the remaining nanoseconds. */
function split(nanos: bigint): { readonly seconds: number; readonly nanosecond: number } {
  const seconds = Number(nanos / NANOS_PER_SECOND);
  const rest = Number(nanos % NANOS_PER_SECOND);
  return rest < 0 ? { seconds: seconds - 1, nanosecond: rest + 1e9 } : { seconds, nanosecond: rest };
}

export function offsetOf({ nanos, zone }: Instant): number {
  return zone.offsetAt(split(nanos).seconds);
}

export function abbreviationOf({ nanos, zone }: Instant): string {
  return zone.abbreviationAt(split(nanos).seconds);
}

export function civilOfInstant({ nanos, zone }: Instant): CivilTime {
  const { seconds, nanosecond } = split(nanos);
  return civilOf(seconds + zone.offsetAt(seconds), nanosecond);
}

/**
 * Returns the instant at which clocks in the zone show this time (Go `time.Date`). In the hour that a change to daylight saving time skips,
 * and in the hour that the change back repeats, one of the two offsets applies.
 */
export function instantOfCivil(civil: CivilTime, zone: Zone): Instant {
  const local = secondsOf(civil);
  const guess = zone.offsetAt(local);
  const offset = guess === 0 ? 0 : zone.offsetAt(local - guess);
  return { nanos: BigInt(local - offset) * NANOS_PER_SECOND + BigInt(civil.nanosecond), zone };
}

/** Adds to a date like Go's `Time.AddDate`: 31 January plus a month is 3 March (or 2). Throws if the result is out of range. */
export function addDate(instant: Instant, years: number, months: number, days: number): Instant {
  if (Math.abs(years) > MAX_YEARS || Math.abs(months) > 12 * MAX_YEARS || Math.abs(days) > MAX_DAYS) {
    throw outOfRange();
  }
  const civil = civilOfInstant(instant);
  return instantOfCivil(
    { ...civil, year: civil.year + years, month: civil.month + months, day: civil.day + days },
    instant.zone,
  );
}

/** Returns the years, months, days, hours, minutes and seconds between two instants, in the zone of the first. */
export function difference(a: Instant, b: Instant): readonly number[] {
  const other = { nanos: b.nanos, zone: a.zone };
  const [from, to] = (a.nanos > b.nanos ? [other, a] : [a, other]).map(civilOfInstant);
  if (from === undefined || to === undefined) {
    return [];
  }
  const parts = [
    to.year - from.year,
    to.month - from.month,
    to.day - from.day,
    to.hour - from.hour,
    to.minute - from.minute,
    to.second - from.second,
  ];
  // Days borrow from the month in which the interval starts.
  const monthLength = Math.round(
    (secondsOf({ ...from, month: from.month + 1, day: 1 }) - secondsOf({ ...from, day: 1 })) / 86_400,
  );
  const sizes = [0, 12, monthLength, 24, 60, 60];
  for (let i = parts.length - 1; i > 0; i--) {
    const part = parts[i] ?? 0;
    if (part < 0) {
      parts[i] = part + (sizes[i] ?? 0);
      parts[i - 1] = (parts[i - 1] ?? 0) - 1;
    }
  }
  return parts;
}
