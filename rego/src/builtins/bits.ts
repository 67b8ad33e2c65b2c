import type { Budget } from '../evaluate/budget.js';
import { MAX_NUMBER_DIGITS, fromBigInt } from '../values/number.js';
import type { RegoNumber, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeNumbers } from './costs.js';
import { NUMBER, ofIntegers } from './declare.js';
import { bigIntegerOperand, failure, operandError } from './operands.js';

const MAX_BITS = Math.floor(MAX_NUMBER_DIGITS * Math.log2(10));

/** `bits.*` for integers of any size. Negative integers are in two's complement (OPA `topdown/bits.go`). */
export const BITS: readonly Builtin[] = [
  binary('bits.and', (a, b) => a & b),
  binary('bits.or', (a, b) => a | b),
  binary('bits.xor', (a, b) => a ^ b),
  ofIntegers('bits.negate', 1, NUMBER, ([value], { budget }) => {
    chargeNumbers(budget, value as RegoNumber);
    return fromBigInt(~bigIntegerOperand(value, 1));
  }),
  ofIntegers('bits.lsh', 2, NUMBER, ([value, count], { budget }) => shiftLeft(value, count, budget)),
  ofIntegers('bits.rsh', 2, NUMBER, ([value, count], { budget }) => {
    chargeNumbers(budget, value as RegoNumber);
    return fromBigInt(bigIntegerOperand(value, 1) >> shiftCount(count));
  }),
];

function binary(name: string, compute: (a: bigint, b: bigint) => bigint): Builtin {
  return ofIntegers(name, 2, NUMBER, ([a, b], { budget }) => {
    chargeNumbers(budget, a as RegoNumber, b as RegoNumber);
    return fromBigInt(compute(bigIntegerOperand(a, 1), bigIntegerOperand(b, 2)));
  });
}

function shiftLeft(value: Value | undefined, count: Value | undefined, budget: Budget): RegoNumber {
  const number = bigIntegerOperand(value, 1);
  const bits = shiftCount(count);
  if (number === 0n) {
    return 0;
  }
  if (bits > BigInt(MAX_BITS) || number.toString(16).length * 4 + Number(bits) > MAX_BITS) {
    throw failure('the result has too many digits');
  }
  const digits = Number(bits) / Math.log2(10);
  budget.step(1 + Math.floor(digits / 50));
  budget.allocate(digits);
  return fromBigInt(number << bits);
}

function shiftCount(value: Value | undefined): bigint {
  const count = bigIntegerOperand(value, 2);
  if (count < 0n) {
    throw operandError(2, 'must be an unsigned integer number but got a negative integer');
  }
  return count;
}
