import { Buffer } from 'buffer';
import type { Budget } from '../evaluate/budget.js';
import { fromBigInt } from '../values/number.js';
import type { RegoArray, RegoNumber, Value } from '../values/value.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import { chargeArray, chargeNumbers } from './costs.js';
import { ARRAY, NUMBER, STRING, declare, ofIntegers } from './declare.js';
import { bigIntegerOperand, failure, integerOperand } from './operands.js';

/** The steps for a random number: a few microseconds, mostly for the cache key. */
const STEPS_PER_RANDOM = 4;

/** Ranges and random numbers (OPA `topdown/numbers.go`). */
export const NUMBERS: readonly Builtin[] = [
  ofIntegers('numbers.range', 2, ARRAY, ([from, to], { budget }) =>
    range(bigIntegerOperand(from, 1), bigIntegerOperand(to, 2), 1n, budget),
  ),
  ofIntegers('numbers.range_step', 3, ARRAY, ([from, to, step], { budget }) => {
    const [first, last, by] = [bigIntegerOperand(from, 1), bigIntegerOperand(to, 2), bigIntegerOperand(step, 3)];
    if (by <= 0n) {
      throw failure('numbers.range_step: step must be a positive number above zero');
    }
    return range(first, last, by, budget);
  }),
  {
    ...declare('rand.intn', [STRING, NUMBER], NUMBER, ([seed, limit], context) =>
      randomInteger(seed as string, limit, context),
    ),
    nondeterministic: true,
    steps: STEPS_PER_RANDOM,
  },
];

/** Returns the range including both ends. The range descends if `from` is larger. */
function range(from: bigint, to: bigint, step: bigint, budget: Budget): RegoArray {
  const count = Number((from <= to ? to - from : from - to) / step) + 1;
  chargeArray(budget, count);
  const start = fromBigInt(from);
  const signed = from <= to ? step : -step;
  const by = fromBigInt(signed);
  const end = fromBigInt(from + signed * BigInt(count - 1));
  const numbers: RegoNumber[] = [];
  if (typeof start === 'number' && typeof by === 'number' && typeof end === 'number') {
    for (let i = 0; i < count; i++) {
      budget.step();
      numbers.push(start + i * by);
    }
    return numbers;
  }
  for (let i = 0; i < count; i++) {
    budget.step();
    chargeNumbers(budget, end);
    numbers.push(fromBigInt(from + signed * BigInt(i)));
  }
  return numbers;
}

/** Returns a number from 0 to `|limit| - 1`. The same arguments return the same number throughout a query. */
function randomInteger(seed: string, limit: Value | undefined, context: BuiltinContext): number {
  const size = Math.abs(integerOperand(limit, 2));
  if (size === 0) {
    return 0;
  }
  const key = `rand.intn:${size}:${seed}`;
  const known = context.queryCache.get(key);
  if (typeof known === 'number') {
    return known;
  }
  // Uses 128 random bits for a result of at most 53 bits, so the modulo bias is too small to measure.
  const random = BigInt(`0x${Buffer.from(context.randomBytes(16)).toString('hex')}`);
  const result = Number(random % BigInt(size));
  context.queryCache.set(key, result);
  return result;
}
