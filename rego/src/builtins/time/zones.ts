import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';

/** A time zone from the IANA database. */
export interface Zone {
  readonly name: string;
  /** Returns the offset in seconds east of UTC at an instant, in seconds since the epoch. */
  offsetAt(seconds: number): number;
  /** Returns an abbreviation such as `CET` or `EST`; empty if the zone has none at that instant. */
  abbreviationAt(seconds: number): string;
}

export const UTC: Zone = { name: 'UTC', offsetAt: () => 0, abbreviationAt: () => 'UTC' };

/** Returns a zone with a fixed offset and no name, for a parsed time. */
export function fixedZone(offsetSeconds: number): Zone {
  return { name: '', offsetAt: () => offsetSeconds, abbreviationAt: () => '' };
}

/** Formatters are expensive to create and to keep. */
const MAX_CACHED_ZONES = 64;
const MS_PER_ZONE = 1;
const MAX_NAME_LENGTH = 64;
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;
/** Unicode's data includes the common abbreviations of a zone in the locales of its region. */
const ABBREVIATION_LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-NZ', 'en-ZA', 'ja-JP'];
/** Abbreviations that no English locale includes. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['Asia/Shanghai', 'CST'],
  ['Asia/Taipei', 'CST'],
  ['Asia/Macau', 'CST'],
  ['Asia/Hong_Kong', 'HKT'],
  ['Asia/Tokyo', 'JST'],
  ['Asia/Seoul', 'KST'],
  ['Asia/Kolkata', 'IST'],
  ['Asia/Calcutta', 'IST'],
  ['Asia/Karachi', 'PKT'],
  ['Asia/Manila', 'PST'],
  ['Asia/Jakarta', 'WIB'],
  ['Europe/Moscow', 'MSK'],
  ['Africa/Nairobi', 'EAT'],
  ['Africa/Lagos', 'WAT'],
  ['Africa/Johannesburg', 'SAST'],
  ['Africa/Maputo', 'CAT'],
]);

const cache = new Map<string, Zone>();

/**
 * Loads a zone like Go's `time.LoadLocation`. The empty name and `Local` are UTC, so that a policy has the same result on every machine.
 */
export function loadZone(name: string, budget: Budget): Zone {
  if (name === '' || name === 'UTC' || name === 'Local') {
    return UTC;
  }
  const known = cache.get(name);
  if (known !== undefined) {
    cache.delete(name);
    cache.set(name, known);
    return known;
  }
  budget.reserve(MS_PER_ZONE);
  const zone = createZone(name);
  cache.set(name, zone);
  const [oldest] = cache.keys();
  if (cache.size > MAX_CACHED_ZONES && oldest !== undefined) {
    cache.delete(oldest);
  }
  return zone;
}

function createZone(name: string): Zone {
  const formatter =
    name.length <= MAX_NAME_LENGTH && NAME.test(name) ? tryFormatter('en-US', name, 'longOffset') : undefined;
  // Intl accepts names in any case; Go's database does not.
  const resolved = formatter?.resolvedOptions().timeZone ?? '';
  if (formatter === undefined || (resolved !== name && resolved.toLowerCase() === name.toLowerCase())) {
    throw new BuiltinError('eval_builtin_error', `unknown time zone ${name}`);
  }
  const offsetAt = (seconds: number): number => parseOffset(zoneNameAt(formatter, seconds));
  return { name, offsetAt, abbreviationAt: abbreviationsOf(name, offsetAt) };
}

function tryFormatter(
  locale: string,
  timeZone: string,
  timeZoneName: 'longOffset' | 'short',
): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

function zoneNameAt(formatter: Intl.DateTimeFormat, seconds: number): string {
  return formatter.formatToParts(seconds * 1_000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function parseOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = OFFSET.exec(text) ?? [];
  const size = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -size : size;
}

function abbreviationsOf(name: string, offsetAt: Zone['offsetAt']): Zone['abbreviationAt'] {
  const known = ABBREVIATIONS.get(name);
  if (known !== undefined) {
    return () => known;
  }
  const formatters = new Map<string, Intl.DateTimeFormat | undefined>();
  return (seconds) => {
    const offset = offsetAt(seconds);
    for (const locale of ABBREVIATION_LOCALES) {
      const formatter = formatters.get(locale) ?? tryFormatter(locale, name, 'short');
      formatters.set(locale, formatter);
      const abbreviation = formatter === undefined ? '' : zoneNameAt(formatter, seconds);
      if (/^[A-Z]{3,5}$/.test(abbreviation) && (abbreviation !== 'GMT' || offset === 0)) {
        return abbreviation;
      }
    }
    return numericAbbreviation(offset);
  };
}

/** The IANA database names zones without an English abbreviation by their offset: `+03`, `+0545`. */
function numericAbbreviation(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hours}${rest === '00' ? '' : rest}`;
}
