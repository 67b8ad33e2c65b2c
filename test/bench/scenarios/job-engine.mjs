import { fileURLToPath } from 'node:url';
import { adminDatabase, adminDatabaseUrl, appDatabaseUrl } from '../lib/admin-database.mjs';
import { queue, untilIdle } from '../lib/job-store.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { cpuMicroseconds, endedMicroseconds, residentMb } from '../lib/proc.mjs';
import { end, freePorts, untilReady } from '../lib/processes.mjs';

export const title = 'The job engine beside DBOS alone: durable jobs without work, 32 at a time';

const IN_FLIGHT = 32;
const ROUNDS = 3;
const TAKES = 1_000;
const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'any' });
  const store = await adminDatabase(installation);
  try {
    await store.query('CREATE DATABASE dbos_alone');
    const ours = await start(bench, 'jobs', '../lib/jobs-process.cjs', appDatabaseUrl(installation), installation.env);
    const dbos = await start(bench, 'dbos', '../peers/dbos.mjs', adminDatabaseUrl(installation, 'dbos_alone'), {});
    const count = bench.quick ? 500 : 4_000;
    const measured = (process, work, more = {}) => measure({ installation, store, process, work, count, ...more });
    const rows = { 'no-op': [], steps: [], inline: [], peer: [], peerSteps: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const now = {
        'no-op': await measured(ours, 'no-op'),
        peer: await measured(dbos, 'no-op'),
        steps: await measured(ours, 'steps'),
        peerSteps: await measured(dbos, 'steps'),
        inline: await measured(ours, 'inline'),
      };
      // The first round is a warm-up.
      if (round > 0) for (const [name, row] of Object.entries(now)) rows[name].push(row);
    }
    const single = { inFlight: 1, count: bench.quick ? 50 : 300 };
    const alone = await measured(ours, 'no-op', single);
    const stepsAlone = await measured(ours, 'steps', single);
    // A running worker would treat this bench's worker as dead.
    await end(ours);
    const waiting = { few: [], many: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      waiting.few.push(await takes(store, 2 * TAKES));
      waiting.many.push(await takes(store, bench.quick ? 20_000 : 100_000));
    }
    const [few, many] = Object.values(waiting).map((rows) => rows.reduce((a, b) => (a.p99Ms < b.p99Ms ? a : b)));
    const best = Object.fromEntries(Object.entries(rows).map(([name, some]) => [name, quietest(some)]));
    return [
      against('a job', best['no-op'], best.peer, 2_500),
      { contender: 'DBOS alone', ...best.peer },
      against('a job of three steps', best.steps, best.peerSteps, null),
      { contender: 'DBOS alone, three steps', ...best.peerSteps },
      { contender: 'an inline run', ...best.inline, target: '≤ 1,500 µs', met: sum(best.inline) <= 1_500 },
      { contender: 'a job alone', ...alone, target: 'p50 ≤ 15 ms', met: alone.p50Ms <= 15 },
      { contender: 'three steps alone', ...stepsAlone, target: 'p50 ≤ 20 ms', met: stepsAlone.p50Ms <= 20 },
      { contender: 'a take, 2,000 jobs waiting', ...few },
      { contender: 'a take, 100,000 waiting', ...many, target: 'p99 ≤ 1.5 ×', met: many.p99Ms <= 1.5 * few.p99Ms },
    ];
  } finally {
    await store.end();
  }
}

async function start({ processes }, name, file, databaseUrl, { MASTER_KEY, CONTROL_PLANE_TOKEN }) {
  const [port] = await freePorts(1);
  const env = { NODE_ENV: 'production', MASTER_KEY, CONTROL_PLANE_TOKEN };
  const started = processes.start(name, [fileOf(file), String(port), databaseUrl], { env, core: 'any' });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(started, url);
  return { ...started, url };
}

/** Measures one round. Counts the processor time of the process and the store until no job is waiting or running. */
async function measure({ installation, store, process, work, count, inFlight = IN_FLIGHT }) {
  const used = () => {
    const stored = installation.databasePids();
    return [cpuMicroseconds([process.pid]), cpuMicroseconds(stored) + endedMicroseconds(stored[0])];
  };
  const before = used();
  const began = performance.now();
  const body = JSON.stringify({ work, count, inFlight });
  const answer = await fetch(process.url, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  const times = await answer.json();
  await untilIdle(store);
  const rate = count / ((performance.now() - began) / 1_000);
  const [own, stored] = used().map((us, at) => (us - before[at]) / count);
  const { p50Ms, p99Ms } = quantiles(times);
  return { rate, p50Ms, p99Ms, cpuUs: own, storeUs: stored, rssMb: residentMb(process.pid) };
}

/** Measures how long a worker takes to get one job from a queue of this length, spread over 20 tenants. Only this worker takes jobs. */
async function takes(store, waiting) {
  const tenants = Array.from({ length: 20 }, (_, n) => `tnt-waiting-${n}`);
  for (const tenant of tenants) await queue(store, tenant, waiting / tenants.length, 'bench/wait', null);
  await store.query('VACUUM ANALYZE jobs.jobs');
  await store.query(`SELECT jobs.join('exe-takes', 'bench', 2, '{"sync": ["bench/wait"]}')`);
  const free = JSON.stringify({ sync: { places: 1, begins: true, most: 1_000, taken: {} } });
  const times = [];
  let after = '';
  for (let n = 0; n < TAKES; n += 1) {
    const start = performance.now();
    const { rows } = await store.query(`SELECT looked_up_to FROM jobs.take('exe-takes', 2, $1, 1000, $2, 64)`, [
      free,
      after,
    ]);
    // The first requests do not count, because they find neither cached data nor a query plan.
    if (n >= TAKES / 10) times.push(performance.now() - start);
    if (rows.length !== 1) throw new Error('No job was taken.');
    after = rows[0].looked_up_to;
  }
  await store.query('TRUNCATE jobs.jobs, jobs.events, jobs.executors CASCADE');
  const { p50Ms, p99Ms } = quantiles(times);
  return { p50Ms, p99Ms };
}

const sum = ({ cpuUs, storeUs }) => cpuUs + storeUs;

function quietest(rows) {
  return rows.reduce((best, row) => (sum(row) < sum(best) ? row : best));
}

function against(contender, ours, peer, most) {
  const ratio = ours.rate / peer.rate;
  const target = `≥ 0.9 × DBOS${most === null ? '' : `, ≤ ${most.toLocaleString('en')} µs`}`;
  return { contender, ...ours, ratio, target, met: ratio >= 0.9 && (most === null || sum(ours) <= most) };
}
