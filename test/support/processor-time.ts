/**
 * Processor time in milliseconds that this process has used so far, its threads included. Tests bound this instead of the time
 * by the clock, which says as much of what else the machine does.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
