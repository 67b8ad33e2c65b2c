import { readFileSync } from 'node:fs';

/** Linux counts process time in hundredths of a second, whatever the kernel's own tick is. */
const MICROSECONDS_PER_TICK = 10_000;

/** Processor time that processes have used so far, all their threads, user and system. */
export function cpuMicroseconds(pids) {
  return pids.reduce((sum, pid) => sum + cpuTicks(pid) * MICROSECONDS_PER_TICK, 0);
}

/** Memory of a process in MB (10^6 bytes). */
export function residentMb(pid) {
  const kib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return (kib * 1024) / 1e6;
}

/** A process and everything below it. */
export function processTree(pid) {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/** Fields 14 and 15 of proc_pid_stat(5), counted after the name, which may hold blanks. 0 for one that has ended. */
function cpuTicks(pid) {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? 0 : Number(fields[11]) + Number(fields[12]);
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Time that a core has spent on anything at all, in microseconds; what a hypervisor took from it included. */
export function coreMicroseconds(core) {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readOrEmpty('/proc/stat'))?.[1] ?? '';
  const [user, nice, system, , , irq, softirq, steal] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq + steal) * MICROSECONDS_PER_TICK;
}
