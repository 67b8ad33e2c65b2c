import MurmurHash3 from 'imurmurhash';
import type { Run } from './step';

const MAX_WEIGHT = 2 ** 31 - 1;

interface Bucket {
  readonly variant: unknown;
  readonly weight: number;
}

/**
 * flagd's `fractional` (https://flagd.dev/reference/custom-operations/fractional-operation/): returns a variant according to its share of
 * the weights, always the same variant for the same string. The string is the first argument, or the flag's key followed by the targeting
 * key.
 * @returns a variant, or `null` (no variant) if there is no targeting key or the buckets are malformed.
 */
export function fractional(values: readonly unknown[], { flagKey, targetingKey }: Run): unknown {
  const [first, ...others] = values;
  const isOwnText = typeof first === 'string';
  if (!isOwnText && !targetingKey) return null;
  const given = isOwnText ? others : values;
  const buckets = given.flatMap((value) => bucketOf(value) ?? []);
  const total = buckets.reduce((sum, { weight }) => sum + weight, 0);
  if (buckets.length < given.length || total > MAX_WEIGHT) return null;
  const hash = new MurmurHash3(isOwnText ? first : `${flagKey}${String(targetingKey)}`).result() >>> 0;
  // Exact arithmetic, because the product needs up to 63 bits.
  const place = Number((BigInt(hash) * BigInt(total)) >> 32n);
  let sum = 0;
  for (const { variant, weight } of buckets) {
    sum += weight;
    if (sum > place) return variant;
  }
  return null;
}

/** `[variant]` or `[variant, weight]`; a weight below 0, which a rollout can compute, counts as 0. */
function bucketOf(value: unknown): Bucket | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > 2) return null;
  const [variant, weight = 1] = value as readonly unknown[];
  if (typeof variant === 'object' && variant !== null) return null;
  if (!Number.isInteger(weight)) return null;
  return { variant: variant ?? null, weight: Math.max(0, weight as number) };
}
