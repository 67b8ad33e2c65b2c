import { readFileSync } from 'node:fs';

/** Linux counts process time in hundredths of a second, regardless of the kernel's tick rate. */
const MICROSECONDS_PER_TICK = 10_000;

/** Returns the processor time that processes have used so far: all their threads, user and system. */
export function cpuMicroseconds(pids) {
  return pids.reduce((sum, pid) => sum + cpuTicks(pid) * MICROSECONDS_PER_TICK, 0);
}

/** Returns the processor time of a process's ended children. */
export function endedMicroseconds(pid) {
  const [, , , , , , , , , , , , , user = 0, system = 0] = statOf(pid);
  return (Number(user) + Number(system)) * MICROSECONDS_PER_TICK;
}

/** Returns the memory of a process in MB (10^6 bytes). */
export function residentMb(pid) {
  const kib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return (kib * 1024) / 1e6;
}

/** Returns a process and all its descendants. */
export function processTree(pid) {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/** Returns fields 14 and 15 of proc_pid_stat(5); 0 for an ended process. */
function cpuTicks(pid) {
  const [, , , , , , , , , , , user = 0, system = 0] = statOf(pid);
  return Number(user) + Number(system);
}

/**
 * Returns the fields of proc_pid_stat(5), starting with the third. Counts from the end of the name, because the name can contain spaces.
 * Empty for an ended process.
 */
function statOf(pid) {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the time that a core has been busy, in microseconds, including the time that a hypervisor took from it. */
export function coreMicroseconds(core) {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readOrEmpty('/proc/stat'))?.[1] ?? '';
  const [user, nice, system, , , irq, softirq, steal] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq + steal) * MICROSECONDS_PER_TICK;
}
