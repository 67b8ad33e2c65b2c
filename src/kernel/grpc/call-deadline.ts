/** The members of a gRPC call that this file uses. A test that calls the method directly does not pass a call. */
interface TimedCall {
  readonly cancelled?: boolean;
  getDeadline?(): Date | number;
}

/**
 * Returns whether the caller is no longer waiting, because its deadline has passed or it has disconnected. Do not start work for such a
 * caller. Most public clients wait forever.
 */
export function isCancelledOrExpired(call: unknown): boolean {
  const timed = call as TimedCall | undefined;
  if (timed?.cancelled === true) return true;
  const deadline = timed?.getDeadline?.();
  return deadline !== undefined && deadline !== Number.POSITIVE_INFINITY && Number(deadline) <= Date.now();
}
