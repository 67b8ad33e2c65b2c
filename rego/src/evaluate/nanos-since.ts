const NANOS_PER_MS = 1_000_000;

/** Whole nanoseconds since `startMs`, a reading of `performance.now()`. */
export function nanosSince(startMs: number): bigint {
  return BigInt(Math.round((performance.now() - startMs) * NANOS_PER_MS));
}
