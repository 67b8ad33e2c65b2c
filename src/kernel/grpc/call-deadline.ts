/** As far as a call over the wire is needed here; a test that calls the method itself has none. */
interface TimedCall {
  readonly cancelled?: boolean;
  getDeadline?(): Date | number;
}

/** Returns whether the caller no longer waits, because its deadline passed or it left. Start nothing for it then. Public clients mostly wait forever. */
export function isCancelledOrExpired(call: unknown): boolean {
  const timed = call as TimedCall | undefined;
  if (timed?.cancelled === true) return true;
  const deadline = timed?.getDeadline?.();
  return deadline !== undefined && deadline !== Number.POSITIVE_INFINITY && Number(deadline) <= Date.now();
}
