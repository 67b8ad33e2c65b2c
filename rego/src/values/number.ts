import type { Decimal, ExactDecimal, RegoNumber } from './value.js';

/** The maximum number of decimal digits before or after the point. Bounds the cost of one arithmetic operation. */
export const MAX_NUMBER_DIGITS = 20_000;

/** Created only by `fromDecimal`, so two equal numbers have equal members. */
export class ExactNumber implements ExactDecimal {
  constructor(
    readonly negative: boolean,
    readonly digits: string,
    readonly exponent: number,
  ) {}

  get kind(): 'number' {
    return 'number';
  }

  toJSON(): unknown {
    return rawJson === undefined ? toDouble(this) : rawJson(formatNumber(this));
  }
}

/** ECMAScript's JSON.parse source text access, stage 4, which TypeScript does not support yet. Node 20 lacks it. */
const rawJson = (JSON as unknown as { readonly rawJSON?: (text: string) => unknown }).rawJSON;

const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };
const SMALL_INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;
const JSON_NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Parses a number in JSON's grammar, exactly as written: `1e3` is 1000, `-0` is 0. Returns `undefined` if the text is not a number, or has
 * more than `MAX_NUMBER_DIGITS` digits when written out (`1e999999999`).
 */
export function parseNumber(text: string): RegoNumber | undefined {
  if (SMALL_INTEGER.test(text)) {
    return Number(text) + 0;
  }
  const decimal = parseDecimal(text);
  return decimal === undefined ? undefined : fromDecimal(decimal);
}

function parseDecimal(text: string): Decimal | undefined {
  if (text.length > 2 * MAX_NUMBER_DIGITS) {
    return undefined;
  }
  const match = JSON_NUMBER.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const decimal = normalize(sign === '-', whole + fraction, Number(exponentText) - fraction.length);
  return isWithinLimits(decimal) ? decimal : undefined;
}

function normalize(negative: boolean, digits: string, exponent: number): Decimal {
  let start = 0;
  let end = digits.length;
  while (start < end && digits.charCodeAt(start) === 48) {
    start++;
  }
  while (end > start && digits.charCodeAt(end - 1) === 48) {
    end--;
  }
  return start === end
    ? ZERO
    : { negative, digits: digits.slice(start, end), exponent: exponent + (digits.length - end) };
}

/** Returns whether the number, written out without an exponent, has at most `MAX_NUMBER_DIGITS` digits on either side of the point. */
export function isWithinLimits({ digits, exponent }: Decimal): boolean {
  return digits.length + exponent <= MAX_NUMBER_DIGITS && -exponent <= MAX_NUMBER_DIGITS;
}

/** Returns the canonical form of `±digits × 10^exponent`; `digits` can have zeros at either end. */
export function fromDecimal(decimal: Decimal): RegoNumber {
  const { negative, digits, exponent } = normalize(decimal.negative, decimal.digits, decimal.exponent);
  if (digits === '') {
    return 0;
  }
  if (exponent < 0 ? digits.length <= 17 : digits.length + exponent <= 16) {
    const value = Number(`${negative ? '-' : ''}${digits}e${exponent}`);
    if (exponent >= 0 ? Number.isSafeInteger(value) : isShortestText(value, digits, exponent)) {
      return value;
    }
  }
  return new ExactNumber(negative, digits, exponent);
}

function isShortestText(value: number, digits: string, exponent: number): boolean {
  if (digits.length <= 15 && exponent > -300) {
    return true; // IEEE 754: 15 significant digits survive conversion to a double and back.
  }
  const shortest = toDecimal(value);
  return shortest.digits === digits && shortest.exponent === exponent;
}

/** Returns the decimal that a number represents. */
export function toDecimal(value: RegoNumber): Decimal {
  if (typeof value !== 'number') {
    return value;
  }
  const text = String(Math.abs(value));
  const mark = text.indexOf('e');
  const mantissa = mark === -1 ? text : text.slice(0, mark);
  const power = mark === -1 ? 0 : Number(text.slice(mark + 1));
  const point = mantissa.indexOf('.');
  return point === -1
    ? normalize(value < 0, mantissa, power)
    : normalize(value < 0, mantissa.slice(0, point) + mantissa.slice(point + 1), power - (mantissa.length - point - 1));
}

/** Converts a JavaScript number to canonical form: `2 ** 60` becomes an `ExactNumber` of its shortest text. The number must be finite. */
export function fromDouble(value: number): RegoNumber {
  return Number.isSafeInteger(value) || !Number.isInteger(value) ? value + 0 : fromDecimal(toDecimal(value));
}

/** Returns the nearest double, which is infinite if the number is beyond the range of doubles. */
export function toDouble(value: RegoNumber): number {
  return typeof value === 'number' ? value : Number(`${value.negative ? '-' : ''}${value.digits}e${value.exponent}`);
}

export function fromBigInt(value: bigint): RegoNumber {
  const small = Number(value);
  if (Number.isSafeInteger(small)) {
    return small;
  }
  return fromDecimal({ negative: value < 0n, digits: (value < 0n ? -value : value).toString(), exponent: 0 });
}

/** Returns the number as a bigint; `undefined` if it has a fractional part. */
export function toBigInt(value: RegoNumber): bigint | undefined {
  if (!isInteger(value)) {
    return undefined;
  }
  if (typeof value === 'number') {
    return BigInt(value);
  }
  const size = BigInt(value.digits + '0'.repeat(value.exponent));
  return value.negative ? -size : size;
}

/** Returns whether the number is an integer. `1.0` and `1e3` are integers, since their canonical forms are. */
export function isInteger(value: RegoNumber): boolean {
  return typeof value === 'number' ? Number.isInteger(value) : value.exponent >= 0;
}

/** Returns the number if it is an integer of at most 53 bits, or else `undefined`. */
export function toSafeInteger(value: RegoNumber): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** Integers with more digits are larger than any double. */
const DOUBLE_DIGITS = 308;

/**
 * Returns the number as OPA prints it.
 * - Integers: in full, except integers beyond the range of doubles that consist mostly of zeros. These have an exponent (`2e308`), because
 *   OPA keeps numbers as written, and long runs of zeros are rarely written out.
 * - Fractions: in full if they have few digits. Fractions that only an `ExactNumber` can represent (results of arithmetic) print as with
 *   Go's `%g`, with an exponent for values of 10^6 or more and for values below 10^-4.
 */
export function formatNumber(value: RegoNumber): string {
  if (typeof value === 'number') {
    const text = String(value);
    const mark = text.indexOf('e');
    return mark === -1 ? text : `${text.slice(0, mark)}${formatExponent(Number(text.slice(mark + 1)))}`;
  }
  const sign = value.negative ? '-' : '';
  const { digits, exponent } = value;
  if (exponent > digits.length && digits.length + exponent > DOUBLE_DIGITS) {
    return `${sign}${digits.slice(0, 1)}${digits.length > 1 ? '.' : ''}${digits.slice(1)}e${digits.length + exponent - 1}`;
  }
  if (value.exponent >= 0) {
    return sign + value.digits + '0'.repeat(value.exponent);
  }
  return sign + formatFraction(value, 6);
}

/** Formats a positive decimal like Go's `%g`, with an exponent for values of `10^largest` or more. */
export function formatFraction({ digits, exponent }: Decimal, largest: number): string {
  const magnitude = digits.length + exponent - 1;
  if (magnitude < -4 || magnitude >= largest) {
    return `${digits[0]}${digits.length > 1 ? '.' : ''}${digits.slice(1)}${formatExponent(magnitude)}`;
  }
  if (magnitude < 0) {
    return `0.${'0'.repeat(-magnitude - 1)}${digits}`;
  }
  const whole = digits.slice(0, magnitude + 1).padEnd(magnitude + 1, '0');
  return digits.length > magnitude + 1 ? `${whole}.${digits.slice(magnitude + 1)}` : whole;
}

/** Formats an exponent with at least two digits, as Go does: `e+06`, `e-105`. */
export function formatExponent(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Compares by exact value. Returns a negative number, zero or a positive number. */
export function compareNumbers(a: RegoNumber, b: RegoNumber): number {
  if (typeof a === 'number' && typeof b === 'number') {
    // This is also correct for fractions: canonical decimals keep their order as doubles, and different decimals are different doubles.
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return compareDecimals(toDecimal(a), toDecimal(b));
}

function compareDecimals(a: Decimal, b: Decimal): number {
  const signA = a.digits === '' ? 0 : a.negative ? -1 : 1;
  const signB = b.digits === '' ? 0 : b.negative ? -1 : 1;
  if (signA !== signB || signA === 0) {
    return signA - signB;
  }
  const magnitudes = a.digits.length + a.exponent - (b.digits.length + b.exponent);
  if (magnitudes !== 0) {
    return magnitudes * signA;
  }
  // Digit strings without trailing zeros compare like fractions.
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -signA : signA;
}

/** Returns whether two numbers are equal. Both are canonical, so comparing members is enough. */
export function equalNumbers(a: RegoNumber, b: RegoNumber): boolean {
  if (typeof a === 'number' || typeof b === 'number') {
    return a === b;
  }
  return a.negative === b.negative && a.exponent === b.exponent && a.digits === b.digits;
}
