/** As far as a call over the wire is needed here; a test that calls the method itself has none. */
interface TimedCall {
  getDeadline?(): Date | number;
}

/** Whether the caller waits no longer: then nothing is begun for it. Public clients mostly wait for ever. */
export function isOver(call: unknown): boolean {
  const deadline = (call as TimedCall | undefined)?.getDeadline?.();
  return deadline !== undefined && deadline !== Number.POSITIVE_INFINITY && Number(deadline) <= Date.now();
}
