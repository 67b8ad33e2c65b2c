import { fileURLToPath } from 'node:url';
import { adminDatabase, adminDatabaseUrl, appDatabaseUrl } from '../lib/admin-database.mjs';
import { untilIdle } from '../lib/job-store.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { cpuMicroseconds, residentMb } from '../lib/proc.mjs';
import { freePorts, untilReady } from '../lib/processes.mjs';

export const title = 'The engine of jobs beside DBOS alone: work that does nothing, each durable, 32 at a time';

const IN_FLIGHT = 32;
const ROUNDS = 3;
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
      // The first is for warming up.
      if (round > 0) for (const [name, row] of Object.entries(now)) rows[name].push(row);
    }
    const alone = await measured(ours, 'no-op', { inFlight: 1, count: bench.quick ? 50 : 300 });
    const best = Object.fromEntries(Object.entries(rows).map(([name, some]) => [name, quietest(some)]));
    return [
      against('a job', best['no-op'], best.peer, 2_500),
      { contender: 'DBOS alone', ...best.peer },
      against('a job of three steps', best.steps, best.peerSteps, null),
      { contender: 'DBOS alone, three steps', ...best.peerSteps },
      { contender: 'an inline run', ...best.inline, target: '≤ 1,500 µs', met: sum(best.inline) <= 1_500 },
      { contender: 'a job alone', ...alone, target: 'p50 ≤ 15 ms', met: alone.p50Ms <= 15 },
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

/** One round. Processor time is of the process and of the store, to when nothing waits or runs any more. */
async function measure({ installation, store, process, work, count, inFlight = IN_FLIGHT }) {
  const used = () => [cpuMicroseconds([process.pid]), cpuMicroseconds(installation.databasePids())];
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

const sum = ({ cpuUs, storeUs }) => cpuUs + storeUs;

function quietest(rows) {
  return rows.reduce((best, row) => (sum(row) < sum(best) ? row : best));
}

function against(contender, ours, peer, most) {
  const ratio = ours.rate / peer.rate;
  const target = `≥ 0.9 × DBOS${most === null ? '' : `, ≤ ${most.toLocaleString('en')} µs`}`;
  return { contender, ...ours, ratio, target, met: ratio >= 0.9 && (most === null || sum(ours) <= most) };
}
