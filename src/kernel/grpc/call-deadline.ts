/** As far as a call over the wire is needed here; a test that calls the method itself has none. */
interface TimedCall {
  readonly cancelled?: boolean;
  getDeadline?(): Date | number;
}

/** Whether the caller waits no longer, since its time is over or it went: then nothing is begun for it. Public clients mostly wait for ever. */
export function isCancelledOrExpired(call: unknown): boolean {
  const timed = call as TimedCall | undefined;
  if (timed?.cancelled === true) return true;
  const deadline = timed?.getDeadline?.();
  return deadline !== undefined && deadline !== Number.POSITIVE_INFINITY && Number(deadline) <= Date.now();
}
