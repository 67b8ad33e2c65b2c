import type { Decimal } from './value.js';

/**
 * Floating-point numbers like Go's `math/big.Float` at its default precision, which OPA uses to compute fractions: a 64-bit mantissa,
 * rounding to nearest even, and no exponent limit that a number within `MAX_NUMBER_DIGITS` could reach.
 */
export interface BigFloat {
  readonly negative: boolean;
  /** Exactly 64 bits, or zero. */
  readonly mantissa: bigint;
  /** The value is `±mantissa × 2^exponent`. */
  readonly exponent: number;
}

const PRECISION_BITS = 64;

const POWERS_OF_FIVE: bigint[] = [1n];
const KEPT_POWERS = 512;

function powerOfFive(exponent: number): bigint {
  if (exponent >= KEPT_POWERS) {
    return 5n ** BigInt(exponent);
  }
  let power = POWERS_OF_FIVE.at(-1) ?? 1n;
  while (POWERS_OF_FIVE.length <= exponent) {
    power *= 5n;
    POWERS_OF_FIVE.push(power);
  }
  return POWERS_OF_FIVE[exponent] ?? power;
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return value === 0n ? 0 : (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}

/** Rounds `mantissa × 2^exponent` to 64 bits. `sticky` is true if a nonzero part smaller than one unit was already cut off. */
function round(negative: boolean, mantissa: bigint, exponent: number, sticky = false): BigFloat {
  if (mantissa === 0n) {
    return { negative: false, mantissa: 0n, exponent: 0 };
  }
  const excess = bitLength(mantissa) - PRECISION_BITS;
  if (excess <= 0) {
    return { negative, mantissa: mantissa << BigInt(-excess), exponent: exponent + excess };
  }
  const shift = BigInt(excess);
  let kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  if (rest > half || (rest === half && (sticky || (kept & 1n) === 1n))) {
    kept += 1n;
  }
  return kept >> 64n === 0n
    ? { negative, mantissa: kept, exponent: exponent + excess }
    : { negative, mantissa: kept >> 1n, exponent: exponent + excess + 1 };
}

export function floatFromBigInt(value: bigint): BigFloat {
  return round(value < 0n, value < 0n ? -value : value, 0);
}

/** Returns the nearest float (Go `Float.SetString`). */
export function floatFromDecimal({ negative, digits, exponent }: Decimal): BigFloat {
  if (digits === '') {
    return round(false, 0n, 0);
  }
  const coefficient = BigInt(digits);
  return exponent >= 0
    ? round(negative, coefficient * powerOfFive(exponent), exponent)
    : quotient(negative, coefficient, exponent, powerOfFive(-exponent));
}

/** Returns `numerator × 2^exponent / denominator`. */
function quotient(negative: boolean, numerator: bigint, exponent: number, denominator: bigint): BigFloat {
  const shift = Math.max(0, PRECISION_BITS + 2 + bitLength(denominator) - bitLength(numerator));
  const shifted = numerator << BigInt(shift);
  const whole = shifted / denominator;
  return round(negative, whole, exponent - shift, whole * denominator !== shifted);
}

export function addFloats(a: BigFloat, b: BigFloat): BigFloat {
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = (signed(a) << BigInt(a.exponent - exponent)) + (signed(b) << BigInt(b.exponent - exponent));
  return round(sum < 0n, sum < 0n ? -sum : sum, exponent);
}

function signed({ negative, mantissa }: BigFloat): bigint {
  return negative ? -mantissa : mantissa;
}

export function negateFloat(value: BigFloat): BigFloat {
  return { ...value, negative: !value.negative && value.mantissa !== 0n };
}

export function multiplyFloats(a: BigFloat, b: BigFloat): BigFloat {
  return round(a.negative !== b.negative, a.mantissa * b.mantissa, a.exponent + b.exponent);
}

/** Divides two floats. The divisor must not be zero. */
export function divideFloats(a: BigFloat, b: BigFloat): BigFloat {
  return quotient(a.negative !== b.negative, a.mantissa, a.exponent - b.exponent, b.mantissa);
}

/** Returns the integer part, rounded toward zero. */
export function truncateFloat({ negative, mantissa, exponent }: BigFloat): bigint {
  const size = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent);
  return negative ? -size : size;
}

interface Digits {
  readonly digits: string;
  /** The value is `0.digits × 10^point`. */
  readonly point: number;
}

function exactDigits(mantissa: bigint, exponent: number): Digits {
  const text = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * powerOfFive(-exponent)).toString();
  return { digits: text.replace(/0+$/, ''), point: text.length + Math.min(exponent, 0) };
}

/** Returns the shortest decimal that identifies this float (Go `Float.Text('g', -1)`, `roundShortest`). */
export function shortestDecimal(value: BigFloat): Decimal {
  if (value.mantissa === 0n) {
    return { negative: false, digits: '', exponent: 0 };
  }
  const doubled = value.mantissa * 2n;
  const exact = exactDigits(doubled, value.exponent - 1);
  const digits = roundShortest(
    exact.digits,
    exactDigits(doubled - 1n, value.exponent - 1).digits,
    exactDigits(doubled + 1n, value.exponent - 1).digits,
    (value.mantissa & 1n) === 0n,
  );
  // Rounding 9.99 up gives '10', which has an additional digit before the point.
  return { negative: value.negative, digits: digits.text, exponent: exact.point + digits.carried - digits.text.length };
}

function roundShortest(
  exact: string,
  lower: string,
  upper: string,
  inclusive: boolean,
): { readonly text: string; readonly carried: number } {
  for (let i = 0; i < exact.length; i++) {
    const digit = exact.charAt(i);
    const low = lower.charAt(i) || '0';
    const high = upper.charAt(i) || '0';
    const mayRoundDown = low !== digit || (inclusive && i + 1 === lower.length);
    const mayRoundUp = digit !== high && (inclusive || Number(digit) + 1 < Number(high) || i + 1 < upper.length);
    if (mayRoundDown || mayRoundUp) {
      const up = mayRoundDown && mayRoundUp ? isNearerUp(exact, i + 1) : mayRoundUp;
      return up ? increment(exact.slice(0, i + 1)) : { text: exact.slice(0, i + 1), carried: 0 };
    }
  }
  return { text: exact, carried: 0 };
}

function isNearerUp(digits: string, at: number): boolean {
  if (digits.charAt(at) === '5' && at + 1 === digits.length) {
    return Number(digits.charAt(at - 1)) % 2 === 1;
  }
  return digits.charAt(at) >= '5';
}

function increment(digits: string): { readonly text: string; readonly carried: number } {
  const text = (BigInt(digits) + 1n).toString();
  return { text, carried: text.length - digits.length };
}
