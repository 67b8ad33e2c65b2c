import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The core for the process under test, and the core for the other processes: loader and PostgreSQL. */
export const SERVING_CORE = 0;
const OTHER_CORE = 1;

const CORES = availableParallelism();

/** True if this machine can pin processes to a core. Otherwise, rates are less meaningful, and the CPU columns are decisive. */
export const canPin = CORES > 1 && hasTaskset();

/** The cores on which a program can run; `any`: all cores, including those of the loader and the store. */
const PLACES = { serving: String(SERVING_CORE), other: String(OTHER_CORE), any: `0-${CORES - 1}` };

/**
 * Returns the command line that runs a program on the cores of a place. The place is always explicit, because the bench itself is pinned
 * to a core, which its children inherit.
 * @param place a name of {@link PLACES}.
 */
export function onCore(place, argv) {
  return canPin ? ['taskset', '-c', PLACES[place], ...argv] : argv;
}

export const onServingCore = (argv) => onCore('serving', argv);

/** Moves running processes, with all their threads, off the serving core. */
export function moveOffServingCore(...pids) {
  if (!canPin) return;
  for (const pid of pids) execFileSync('taskset', ['-acp', String(OTHER_CORE), String(pid)], { stdio: 'ignore' });
}

export function pinningInWords() {
  return canPin
    ? `serving process on core ${SERVING_CORE}; loader and PostgreSQL on core ${OTHER_CORE} (taskset); several processes together, or ROLE=all, on every core`
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
