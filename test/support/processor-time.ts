/**
 * Returns the processor time that this process, including its threads, has used so far, in milliseconds. Tests limit this instead of
 * wall-clock time, which also depends on other load on the machine.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
