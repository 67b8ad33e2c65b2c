import { BuiltinError } from '../errors.js';
import {
  addFloats,
  divideFloats,
  floatFromBigInt,
  floatFromDecimal,
  multiplyFloats,
  negateFloat,
  shortestDecimal,
  truncateFloat,
} from './big-float.js';
import type { BigFloat } from './big-float.js';
import { ExactNumber, fromBigInt, fromDecimal, isInteger, isWithinLimits, toBigInt, toDecimal } from './number.js';
import type { RegoNumber } from './value.js';

/*
 * Arithmetic as in OPA's `topdown/arithmetic.go`: exact for integers, and with 64-bit floats for everything else. Results beyond
 * `MAX_NUMBER_DIGITS` cause an error in the built-in function.
 */

function tooLarge(): BuiltinError {
  return new BuiltinError('eval_builtin_error', 'the result has too many digits');
}

function fromExact(value: bigint): RegoNumber {
  const result = fromBigInt(value);
  if (result instanceof ExactNumber && !isWithinLimits(result)) {
    throw tooLarge();
  }
  return result;
}

function fromFloat(value: BigFloat): RegoNumber {
  const decimal = shortestDecimal(value);
  if (!isWithinLimits(decimal)) {
    throw tooLarge();
  }
  return fromDecimal(decimal);
}

function toFloat(value: RegoNumber): BigFloat {
  return floatFromDecimal(toDecimal(value));
}

function compute(
  a: RegoNumber,
  b: RegoNumber,
  exact: (a: bigint, b: bigint) => bigint,
  float: (a: BigFloat, b: BigFloat) => BigFloat,
): RegoNumber {
  const wholeA = toBigInt(a);
  const wholeB = wholeA === undefined ? undefined : toBigInt(b);
  return wholeA !== undefined && wholeB !== undefined
    ? fromExact(exact(wholeA, wholeB))
    : fromFloat(float(toFloat(a), toFloat(b)));
}

export function add(a: RegoNumber, b: RegoNumber): RegoNumber {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) {
      return sum;
    }
  }
  return compute(a, b, (x, y) => x + y, addFloats);
}

export function subtract(a: RegoNumber, b: RegoNumber): RegoNumber {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) {
      return difference;
    }
  }
  return compute(
    a,
    b,
    (x, y) => x - y,
    (x, y) => addFloats(x, negateFloat(y)),
  );
}

export function multiply(a: RegoNumber, b: RegoNumber): RegoNumber {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
    const product = a * b;
    if (Number.isSafeInteger(product)) {
      return product + 0;
    }
  }
  return compute(a, b, (x, y) => x * y, multiplyFloats);
}

/**
 * Divides two numbers. The result is exact if both numbers and the quotient are integers, and otherwise a float. Throws `divide by zero`.
 */
export function divide(a: RegoNumber, b: RegoNumber): RegoNumber {
  if (b === 0) {
    throw new BuiltinError('eval_builtin_error', 'divide by zero');
  }
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b) && a % b === 0) {
    return a / b + 0;
  }
  return fromFloat(divideFloats(toFloat(a), toFloat(b)));
}

/** Returns the remainder with the sign of the dividend. Throws `modulo by zero` or `modulo on floating-point number`. */
export function modulo(a: RegoNumber, b: RegoNumber): RegoNumber {
  if (!isInteger(a) || !isInteger(b)) {
    throw new BuiltinError('eval_builtin_error', 'modulo on floating-point number');
  }
  if (b === 0) {
    throw new BuiltinError('eval_builtin_error', 'modulo by zero');
  }
  if (typeof a === 'number' && typeof b === 'number') {
    return (a % b) + 0;
  }
  return compute(a, b, (x, y) => x % y, addFloats);
}

export function abs(value: RegoNumber): RegoNumber {
  if (typeof value === 'number') {
    return Math.abs(value);
  }
  return value.negative ? new ExactNumber(false, value.digits, value.exponent) : value;
}

const HALF = floatFromDecimal({ negative: false, digits: '5', exponent: -1 });

/** Rounds to the nearest integer; halves are rounded away from zero. */
export function round(value: RegoNumber): RegoNumber {
  if (isInteger(value)) {
    return value;
  }
  const float = toFloat(value);
  return fromExact(truncateFloat(addFloats(float, float.negative ? negateFloat(HALF) : HALF)));
}

export function ceil(value: RegoNumber): RegoNumber {
  return roundTowards(value, 1n);
}

export function floor(value: RegoNumber): RegoNumber {
  return roundTowards(value, -1n);
}

function roundTowards(value: RegoNumber, direction: 1n | -1n): RegoNumber {
  if (isInteger(value)) {
    return value;
  }
  const float = toFloat(value);
  const whole = truncateFloat(float);
  const isWhole = addFloats(float, negateFloat(floatFromBigInt(whole))).mantissa === 0n;
  return fromExact(isWhole || float.negative === (direction === 1n) ? whole : whole + direction);
}

/** Returns the integer part, rounded toward zero. */
export function truncate(value: RegoNumber): bigint {
  return toBigInt(value) ?? truncateFloat(toFloat(value));
}
