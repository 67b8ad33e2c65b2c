import { medians } from './numbers.mjs';
import { canPin, SERVING_CORE } from './cores.mjs';
import { coreMicroseconds, cpuMicroseconds, residentMb } from './proc.mjs';

/**
 * Runs contenders in turns, so that what else the machine does meets all of them, and takes the median of each figure.
 * @param bench rounds and lengths, from the command line.
 * @param contenders name → `{ pids, databasePids(), load(stop) }`: the serving process, and those of its database, if
 *   any; `load` gives `{ count, seconds, p50Ms, p99Ms }`; `prepare()`, if any, is called before each load, unmeasured.
 *   One that measures itself (`measure(seconds)`) gives its row directly.
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

/** One run of a contender with what it cost its process, its database, and how much others disturbed its core. */
export async function observe({ pids: [pid], databasePids = () => [], load }, stop) {
  // Each connection is a process, and connections are opened as they are needed.
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
  // Longer than `seconds` where the loader ends later than its last answer.
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

/** Above this share of the serving core taken by other programs, rates compare what those programs did. */
const DISTURBED_PERCENT = 10;

/**
 * Rows for the table: ours against the peer with a target, then the others for scale. Judged by the rates; by processor
 * time per request where other programs disturbed the core.
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
