import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import { lazily } from '../../../../kernel/loading/lazily';
import { type Emit, type FindSettings, spaced } from '../detector';
import { kindAt } from '../scan/words';
import type { Scan } from '../scan/scan';
import { personal } from './entity';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded for the first text that may contain a number
const plans = lazily(() => require('libphonenumber-js/max') as typeof import('libphonenumber-js/max'));

/**
 * The countries whose numbers are recognized without `+` and the country code, and the pattern of the digits. Most such numbers begin with
 * 0. US stands for the entire North American plan. The first match decides.
 */
const COUNTRIES: readonly (readonly [CountryCode, RegExp])[] = [
  ['US', /^1?[2-9]\d{9}$/],
  ['GB', /^0\d{9,10}$/],
  ['DE', /^0\d{6,14}$/],
  ['FR', /^0\d{9}$/],
  ['IL', /^0\d{8,9}$/],
  ['IN', /^(?:0|91)?[1-9]\d{9}$/],
  ['BR', /^(?:0|55)?[1-9]\d{9,10}$/],
  // Only mobile numbers, because landline numbers are written with the area code.
  ['CN', /^1[3-9]\d{9}$/],
];

/** Digits with common separators: one to three spaces, brackets or punctuation marks. Each run is matched only once. */
const RUNS =
  /(?<![\d+])(?:\+ ?|\(\+?|\[)?\d{1,17}(?:(?:[ \u00a0.\-–/~]{1,3}|[ \-.]?[()[\]]{1,2}[ \-.]?)\d{1,17}){0,12}(?:[ ,;]{0,2}(?:ext(?:ension)?|x)[.:=]? ?\d{1,7})?/gi;
/** Dates, which look like phone numbers. So do the amounts and times below. */
const DATE = /^\d{1,4}([/.-])\d{1,2}\1\d{2,4}$|^(?:19|20)\d{2}([/.-])\d{1,2}\2\d{1,2}(?:[ T]\d{1,2})?$/;
const AMOUNT = /^\d+\.\d+$|^\d{1,3}(?:([ .])\d{3})(?:\1\d{3})+$/;
const TIME_BEHIND = /^:\d{2}/;
const SEPARATED = /[ \u00a0.\-–/()[\]]/;
const MIN_DIGITS = 7;
const MAX_DIGITS = 17;

export const PHONE = [
  personal('PHONE_NUMBER', 'Telephone number, by national numbering plans', {
    find: findNumbers,
    context: ['phone', 'telephone', 'tel', 'cell', 'cellphone', 'mobile', 'call', 'fax', 'whatsapp', 'sms', 'telefon'],
  }),
  personal('PHONE_SHAPE', 'Any number written in 3, 3 and 4 digits, as the clients mask it', {
    texts: [
      spaced('(?:\\+?1[-. ])?\\d{3}[-. ]\\d{3}[-. ]\\d{4}', 0.5),
      { ...spaced('', 0.5), text: /\(\d{3}\)[ .-]?\d{3}[-. ]\d{4}(?!\w)/g },
    ],
  }),
];

function findNumbers({ text, digitRegions }: Scan, emit: Emit, { phoneLeniency }: FindSettings): void {
  for (const region of digitRegions) {
    const part = text.slice(region.start, region.end);
    for (const match of part.matchAll(RUNS)) findInRun(text, region.start + match.index, match[0], phoneLeniency, emit);
  }
}

/**
 * Tries the run as a whole. If the run is not a number, tries two consecutive numbers, then the parts between wider gaps, then the parts
 * between any gaps.
 */
function findInRun(text: string, start: number, run: string, leniency: number, emit: Emit): void {
  if (digitCount(run) < MIN_DIGITS) return;
  if (tryNumber(text, start, run, leniency, emit) || tryTwo(text, start, run, leniency, emit)) return;
  for (const gap of [/\s*[/]\s*/g, /\s{2,}|\s*[–~]\s*|\s-\s/g, /[ \u00a0]/g]) {
    const parts = partsOf(run, gap);
    if (parts.length === 1) continue;
    const found = parts.filter(
      ({ at, part }) => digitCount(part) >= MIN_DIGITS && tryNumber(text, start + at, part, leniency, emit),
    );
    if (found.length > 0) return;
  }
}

/** Finds two numbers that contain spaces and are separated only by a space. */
function tryTwo(text: string, start: number, run: string, leniency: number, emit: Emit): boolean {
  if (digitCount(run) < 2 * MIN_DIGITS) return false;
  for (const { index } of run.matchAll(/[ \u00a0]/g)) {
    const found: Parameters<Emit>[] = [];
    const collect: Emit = (...one) => void found.push(one);
    const [first, second] = [run.slice(0, index), run.slice(index + 1)];
    if (!/[\d)\]]$/.test(first) || !/^[+([\d]/.test(second)) continue;
    if (digitCount(first) < MIN_DIGITS || digitCount(second) < MIN_DIGITS) continue;
    const isFirst = tryNumber(text, start, first, leniency, collect);
    if (!isFirst || !tryNumber(text, start + index + 1, second, leniency, collect)) continue;
    for (const one of found) emit(...one);
    return true;
  }
  return false;
}

function partsOf(run: string, gap: RegExp): { readonly at: number; readonly part: string }[] {
  const parts: { at: number; part: string }[] = [];
  let from = 0;
  for (const match of run.matchAll(gap)) {
    parts.push({ at: from, part: run.slice(from, match.index) });
    from = match.index + match[0].length;
  }
  parts.push({ at: from, part: run.slice(from) });
  return parts;
}

function tryNumber(text: string, start: number, run: string, leniency: number, emit: Emit): boolean {
  // An unclosed bracket belongs to the surrounding text.
  const candidate = /^[([]/.test(run) && !/[)\]]/.test(run) ? run.slice(1) : run;
  const from = start + run.length - candidate.length;
  const count = digitCount(candidate);
  if (count < MIN_DIGITS || count > MAX_DIGITS || DATE.test(candidate)) return false;
  const end = from + candidate.length;
  if (leniency > 0 && (kindAt(text, from - 1) !== 0 || kindAt(text, end) !== 0)) return false;
  if (leniency > 0 && (AMOUNT.test(candidate) || /\D\d$/.test(candidate))) return false;
  if (TIME_BEHIND.test(text.slice(end, end + 3))) return false;
  const number = numberOf(candidate, leniency);
  if (number === undefined || (leniency > 1 && !isGroupedAsUsual(candidate, number))) return false;
  emit(from, end, candidate.includes('+') || SEPARATED.test(candidate.trim()) ? 0.55 : 0.4);
  return true;
}

function numberOf(candidate: string, leniency: number): PhoneNumber | undefined {
  const { parsePhoneNumberFromString } = plans();
  const isFit = (number: PhoneNumber | undefined): number is PhoneNumber =>
    number !== undefined && (leniency === 0 ? number.isPossible() : number.isValid());
  if (candidate.includes('+')) {
    const number = parsePhoneNumberFromString(candidate.replace(/^[([]+/, ''), { extract: false });
    // Grouped digits after a country code are meant as a phone number, even if the country does not assign that number.
    const isMeant = leniency === 1 && SEPARATED.test(candidate.trim()) && number?.isPossible() === true;
    return isMeant || isFit(number) ? number : undefined;
  }
  // The number without the extension.
  const digits = candidate.replace(/[a-z].*$/i, '').replace(/\D/g, '');
  for (const [defaultCountry, form] of COUNTRIES) {
    if (leniency > 0 && !form.test(digits)) continue;
    const number = parsePhoneNumberFromString(candidate, { defaultCountry, extract: false });
    if (isFit(number)) return number;
  }
  return undefined;
}

/** Returns true if the digits are grouped in the way that is usual in the country, in national format or with the country code. */
function isGroupedAsUsual(candidate: string, number: PhoneNumber): boolean {
  const groups = groupsOf(candidate);
  return [number.formatNational(), number.formatInternational()].some((usual) => groupsOf(usual) === groups);
}

const groupsOf = (text: string): string => text.split(/\D+/).filter(Boolean).join(' ');

function digitCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit >= 0 && digit <= 9) count++;
  }
  return count;
}
