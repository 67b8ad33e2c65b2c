const NANOS_PER_MS = 1_000_000;

/** Returns the nanoseconds since `startMs`, a reading of `performance.now()`, as an integer. */
export function nanosSince(startMs: number): bigint {
  return BigInt(Math.round((performance.now() - startMs) * NANOS_PER_MS));
}
