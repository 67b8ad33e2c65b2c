import { TAG, type DerReader } from './der.js';
import { fail } from './fail.js';

export interface DerTime {
  readonly epochSeconds: number;
  /** RFC 3339 as Go's `time.Time` prints it in JSON, in its original zone. */
  readonly text: string;
}

const FIRST_YEAR_OF_TWENTIETH_CENTURY = 50;

/** Reads a UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5). A UTCTime can omit seconds, and a numeric zone can replace `Z`. */
export function readTime(reader: DerReader): DerTime {
  if (reader.nextIs(TAG.utcTime)) {
    const fault = 'x509: malformed UTCTime';
    const digits = splitZone(reader.readBytes(TAG.utcTime, fault).toString('latin1'), [10, 12], fault);
    const year = Number(digits.time.slice(0, 2));
    const century = year >= FIRST_YEAR_OF_TWENTIETH_CENTURY ? '19' : '20';
    return timeOf(`${century}${digits.time.padEnd(12, '0')}`, digits.zone, fault);
  }
  if (reader.nextIs(TAG.generalizedTime)) {
    const fault = 'x509: malformed GeneralizedTime';
    const digits = splitZone(reader.readBytes(TAG.generalizedTime, fault).toString('latin1'), [14], fault);
    return timeOf(digits.time, digits.zone, fault);
  }
  return fail('x509: unsupported time format');
}

function splitZone(
  text: string,
  lengths: readonly number[],
  fault: string,
): { readonly time: string; readonly zone: string } {
  const parts = /^(\d{10,14})(Z|[+-]\d{4})$/u.exec(text);
  const time = parts?.[1];
  const zone = parts?.[2];
  return time === undefined || zone === undefined || !lengths.includes(time.length) ? fail(fault) : { time, zone };
}

function timeOf(digits: string, zone: string, fault: string): DerTime {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/u.exec(digits);
  const [year, month, day, hour, minute, second] = (parts ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) {
    return fail(fault);
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would convert the years 0 to 99 to the years 1900 to 1999.
  date.setUTCHours(hour ?? 0, minute ?? 0, second ?? 0);
  const written = date.toISOString().slice(0, 19);
  if (written.replace(/\D/gu, '') !== digits) {
    return fail(fault); // For example, 31 February or hour 25.
  }
  const offsetMinutes = zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  const sign = zone.startsWith('-') ? -1 : 1;
  const zoneText = offsetMinutes === 0 ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return { epochSeconds: date.getTime() / 1000 - sign * offsetMinutes * 60, text: `${written}${zoneText}` };
}
