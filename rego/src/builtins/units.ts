import { floatFromBigInt, floatFromDecimal, multiplyFloats, truncateFloat } from '../values/big-float.js';
import { fromBigInt, fromDecimal, toDecimal } from '../values/number.js';
import type { RegoNumber } from '../values/value.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import { parseGoFloat } from './conversions.js';
import { chargeNumbers, chargeReading } from './costs.js';
import { NUMBER, STRING, declare } from './declare.js';
import { failure } from './operands.js';

/** Amounts with units (OPA `topdown/parse_units.go`, `parse_bytes.go`). */
export const UNITS: readonly Builtin[] = [
  declare('units.parse', [STRING], NUMBER, ([text], context) => parseUnits(text as string, context)),
  declare('units.parse_bytes', [STRING], NUMBER, ([text], context) => parseBytes(text as string, context)),
];

const PREFIXES = ['', 'k', 'm', 'g', 't', 'p', 'e'];
const MAX_EXPONENT_DIGITS = 6;

/** Parses an amount such as `10`, `0.5Gi` or `200m`. `m` is milli, and `M` is mega; other letters are case-insensitive. */
function parseUnits(raw: string, context: BuiltinContext): RegoNumber {
  const { amount, unit } = readAmount(raw.replaceAll('"', ''), 'units.parse', '', context);
  const folded = unit.slice(0, 1) + unit.slice(1).toLowerCase();
  if (folded === 'm') {
    return milli(amount);
  }
  const factor = factorOf(folded === 'M' ? 'm' : folded.toLowerCase(), 'i');
  if (factor === undefined) {
    throw failure(`units.parse: unit ${folded.slice(0, 100)} not recognized`);
  }
  const { negative, digits, exponent } = toDecimal(amount);
  return roundToTenPlaces(negative, BigInt(digits || '0') * factor, exponent, 0n);
}

/** OPA multiplies by the double nearest to 0.001; the difference is visible in large amounts. */
const MILLI_NUMERATOR = 1_152_921_504_606_847n;
const MILLI_DENOMINATOR_BITS = 60n;

function milli(amount: RegoNumber): RegoNumber {
  const { negative, digits, exponent } = toDecimal(amount);
  return roundToTenPlaces(negative, BigInt(digits || '0') * MILLI_NUMERATOR, exponent, MILLI_DENOMINATOR_BITS);
}

/**
 * Computes `coefficient × 10^exponent / 2^shift` with at most ten decimal places, rounding halves away from zero (Go
 * `Rat.FloatString(10)`).
 */
function roundToTenPlaces(negative: boolean, coefficient: bigint, exponent: number, shift: bigint): RegoNumber {
  const scaled = exponent + 10;
  const numerator = scaled >= 0 ? coefficient * 10n ** BigInt(scaled) : coefficient;
  const denominator = (scaled >= 0 ? 1n : 10n ** BigInt(-scaled)) << shift;
  const rounded = (2n * numerator + denominator) / (2n * denominator);
  return fromDecimal({ negative, digits: rounded.toString(), exponent: -10 });
}

/** Parses an amount such as `10`, `1.5KB` or `200MiB` and truncates the result to whole bytes. */
function parseBytes(raw: string, context: BuiltinContext): RegoNumber {
  const text = raw.toLowerCase().replaceAll('"', '');
  const { amount, unit } = readAmount(text, 'units.parse_bytes', 'byte ', context);
  const factor = factorOf(unit.endsWith('b') && unit !== 'b' ? unit.slice(0, -1) : unit, 'i');
  if (factor === undefined) {
    throw failure(`units.parse_bytes: byte unit ${unit.slice(0, 100)} not recognized`);
  }
  return fromBigInt(truncateFloat(multiplyFloats(floatFromDecimal(toDecimal(amount)), floatFromBigInt(factor))));
}

/** Returns 1000 or 1024 to the power that the letter denotes. */
function factorOf(unit: string, binaryMark: string): bigint | undefined {
  const isBinary = unit.length > 1 && unit.endsWith(binaryMark);
  const power = PREFIXES.indexOf(isBinary ? unit.slice(0, -1) : unit);
  return power === -1 ? undefined : (isBinary ? 1024n : 1000n) ** BigInt(power);
}

function readAmount(
  text: string,
  name: string,
  kind: string,
  context: BuiltinContext,
): { readonly amount: RegoNumber; readonly unit: string } {
  chargeReading(context.budget, text.length * 8);
  if (text.includes(' ')) {
    throw failure(`${name}: spaces not allowed in resource strings`);
  }
  const end = endOfNumber(text, name);
  if (end === 0) {
    throw failure(`${name}: no ${kind}amount provided`);
  }
  const amount = parseGoFloat(text.slice(0, end));
  if (amount === undefined) {
    throw failure(`${name}: could not parse ${kind}amount to a number`);
  }
  chargeNumbers(context.budget, amount);
  return { amount, unit: text.slice(end) };
}

const NUMBER_CHARACTER = /[\d.eE+-]/;

/** Returns the position where the unit starts. An `e` belongs to the number if a digit or sign follows (OPA `extractNumAndUnit`). */
function endOfNumber(text: string, name: string): number {
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (!NUMBER_CHARACTER.test(char)) {
      return i;
    }
    if (char === 'e' || char === 'E') {
      const exponent = /^([+-]?)(\d*)/.exec(text.slice(i + 1, i + 3 + MAX_EXPONENT_DIGITS));
      const [, sign = '', digits = ''] = exponent ?? [];
      if (sign === '' && digits === '') {
        return i;
      }
      if (digits.length > MAX_EXPONENT_DIGITS) {
        throw failure(`${name}: exponent too large`);
      }
      i += sign.length;
    }
  }
  return text.length;
}
