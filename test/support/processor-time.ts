/**
 * Returns the processor time in milliseconds that this process has used so far, including its threads. Tests limit this instead of
 * wall-clock time, which also depends on other load on the machine.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
