import { medians } from './numbers.mjs';
import { canPin, SERVING_CORE } from './cores.mjs';
import { coreMicroseconds, cpuMicroseconds, residentMb } from './proc.mjs';

/**
 * Runs the contenders alternately, so that other load on the machine affects all of them, and takes the median of each figure.
 * @param bench the number and the lengths of the rounds, from the command line.
 * @param contenders name → `{ pids, databasePids(), load(stop) }`: the serving process, and the processes of its
 *   database, if any; `load` returns `{ count, seconds, p50Ms, p99Ms }`; `prepare()`, if any, is called before each
 *   load and is not measured. A contender that measures itself (`measure(seconds)`) returns its row directly.
 */
export async function compare(bench, contenders) {
  const runs = new Map(Object.keys(contenders).map((name) => [name, []]));
  for (const contender of Object.values(contenders)) {
    await contender.prepare?.();
    await contender.load?.({ seconds: bench.warmUpSeconds });
  }
  for (let round = 0; round < bench.rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      await contender.prepare?.();
      runs.get(name).push(await (contender.measure?.(bench.seconds) ?? observe(contender, { seconds: bench.seconds })));
    }
  }
  return Object.fromEntries([...runs].map(([name, rows]) => [name, medians(rows)]));
}

/** Runs a contender once. Returns the run's cost to its process and its database, and how much other programs disturbed its core. */
export async function observe({ pids: [pid], databasePids = () => [], load }, stop) {
  // Each connection is a process, and connections are opened on demand.
  const database = databasePids();
  const meters = () => ({
    own: cpuMicroseconds([pid]),
    store: cpuMicroseconds(database),
    core: coreMicroseconds(SERVING_CORE),
  });
  const began = performance.now();
  const before = meters();
  const { count, seconds, p50Ms, p99Ms } = await load(stop);
  const after = meters();
  // Longer than `seconds` if the loader ends later than its last response.
  const elapsedSeconds = (performance.now() - began) / 1000;
  const own = after.own - before.own;
  const percentOf = (microseconds) => microseconds / elapsedSeconds / 1e4;
  return {
    rate: count / seconds,
    p50Ms,
    p99Ms,
    cpuUs: own / count,
    storeUs: database.length === 0 ? Number.NaN : (after.store - before.store) / count,
    busyPercent: percentOf(own),
    othersPercent: canPin ? Math.max(0, percentOf(after.core - before.core - own)) : Number.NaN,
    rssMb: residentMb(pid),
  };
}

/** If other programs take more than this share of the serving core, the rates measure those programs. */
const DISTURBED_PERCENT = 10;

/**
 * Returns rows for the table: first ours, compared with the peer and with a target, then the others for scale. Compares rates, or processor
 * time per request if other programs disturbed the core.
 */
export function rowsOf(figures, { ours = 'ours', peer, atLeast }) {
  const [own, other] = [figures[ours], figures[peer]];
  const ratio = own.rate / other.rate;
  const cpuRatio = other.cpuUs / own.cpuUs;
  const disturbed = Math.max(own.othersPercent, other.othersPercent) > DISTURBED_PERCENT;
  const target = `≥ ${atLeast} × ${peer}${disturbed ? ' (by CPU)' : ''}`;
  const verdict = { ratio, cpuRatio, target, met: (disturbed ? cpuRatio : ratio) >= atLeast };
  return Object.entries(figures).map(([contender, row]) => ({ contender, ...row, ...(contender === ours && verdict) }));
}
