import { below } from '../../../kernel/json/json-pointer';
import type { Faults } from './faults';
import { isObject } from './json-object';

/** The maximum sum of weights for hashing (flagd: the largest 32-bit integer). */
const MAX_WEIGHT = 2_147_483_647;

/**
 * Checks that the buckets of `fractional` have flagd's shape. The value to hash can come first, followed by buckets of the form `[variant,
 * weight]` or `[variant]`. flagd treats a negative weight as 0 and a broken bucket as no decision. Both are the author's mistakes, so they
 * are reported as faults.
 */
export function checkFractional(args: readonly unknown[], pointer: string, faults: Faults): void {
  const first = args[0];
  const hasKey = typeof first === 'string' || isObject(first);
  const buckets = hasKey ? args.slice(1) : args;
  if (buckets.length === 0) {
    faults.add(pointer, 'bad_fractional', '"fractional" must have at least one bucket: ["variant", weight].');
    return;
  }
  const weights = buckets.map((bucket, index) =>
    checkBucket(bucket, below(pointer, hasKey ? index + 1 : index), faults),
  );
  // An expression can return any weight; only literal weights are checked.
  if (weights.some((weight) => weight === null)) return;
  const total = weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
  if (total > MAX_WEIGHT) faults.add(pointer, 'bad_weight', `The weights add up to more than ${MAX_WEIGHT}.`);
  if (total === 0) faults.add(pointer, 'bad_weight', 'The weights add up to 0, so no variant is ever chosen.');
}

/**
 * Checks a bucket.
 * @returns the weight, or `null` if only the evaluation determines the weight or if the bucket is invalid.
 */
function checkBucket(bucket: unknown, pointer: string, faults: Faults): number | null {
  if (!Array.isArray(bucket) || bucket.length === 0 || bucket.length > 2) {
    faults.add(pointer, 'bad_fractional', 'A bucket must be ["variant", weight], or ["variant"] for a weight of 1.');
    return null;
  }
  const [variant, weight = 1] = bucket as readonly unknown[];
  if (Array.isArray(variant)) {
    faults.add(below(pointer, 0), 'bad_fractional', 'The variant of a bucket must be a name or an expression.');
  }
  if (isObject(weight)) return null;
  if (typeof weight === 'number' && Number.isSafeInteger(weight) && weight >= 0) return weight;
  faults.add(below(pointer, 1), 'bad_weight', 'A weight must be an integer of at least 0.');
  return null;
}
