import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../lib/numbers.mjs';
import { residentMb } from '../lib/proc.mjs';
import { end } from '../lib/processes.mjs';

export const title = 'Start-up: `npm start` (role all) until /readyz is 200, without npm itself; a sidecar at rest';

const FIRST_MS = 20_000;
const LATER_MS = 5_000;
const SIDECAR_MB = 220;
const REST_MS = 5_000;

export async function run(bench) {
  const times = { first: [], later: [] };
  const memory = [];
  for (let round = 0; round < Math.min(bench.rounds, 3); round++) {
    const installation = bench.install();
    for (const name of ['first', 'later']) {
      const all = await installation.all();
      times[name].push(all.readyMs);
      memory.push(residentMb(all.pid));
      await end(all);
    }
  }
  const start = (name, limitMs) => {
    const p50Ms = median(times[name]);
    const target = `≤ ${limitMs / 1000} s`;
    return { contender: `all, ${name} start`, p50Ms, rssMb: median(memory), target, met: p50Ms <= limitMs };
  };
  return [start('first', FIRST_MS), start('later', LATER_MS), await sidecarAtRest(bench)];
}

async function sidecarAtRest(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'any' });
  const sidecar = await installation.sidecar({ core: 'any' });
  await sleep(REST_MS);
  const rssMb = residentMb(sidecar.pid);
  const target = `≤ ${SIDECAR_MB} MB`;
  return { contender: 'sidecar at rest', p50Ms: sidecar.readyMs, rssMb, target, met: rssMb <= SIDECAR_MB };
}
