import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The core of the process under test, and that of everything else: loader, PostgreSQL. */
export const SERVING_CORE = 0;
const OTHER_CORE = 1;

/** Whether processes can be held to a core here. Without it a rate says less, and the CPU columns say it all. */
export const canPin = availableParallelism() > 1 && hasTaskset();

/** The command line that runs a program on the serving core. */
export function onServingCore(argv) {
  return canPin ? ['taskset', '-c', String(SERVING_CORE), ...argv] : argv;
}

/** Moves running processes, with all their threads, off the serving core. */
export function moveOffServingCore(...pids) {
  if (!canPin) return;
  for (const pid of pids) execFileSync('taskset', ['-acp', String(OTHER_CORE), String(pid)], { stdio: 'ignore' });
}

export function pinningInWords() {
  return canPin
    ? `serving process on core ${SERVING_CORE}; loader and PostgreSQL on core ${OTHER_CORE} (taskset)`
    : 'nothing is pinned to a core (no taskset, or one core only): compare the CPU columns rather than the rates';
}

function hasTaskset() {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
