import { flagClient } from '../lib/flag-service.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { residentMb } from '../lib/proc.mjs';

export const title = 'Flag propagation: from sending a toggle until three sidecars evaluate the flag with it';

const SIDECARS = 3;
const TARGET_MS = 150;
const GIVE_UP_MS = 10_000;

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'any' });
  await installation.putFlags({ flags: { toggle: flag(0), other: flag(0) } });
  const sidecars = [];
  for (let i = 1; i <= SIDECARS; i++) sidecars.push(await installation.sidecar({ core: 'any', name: `sidecar-${i}` }));
  const clients = sidecars.map(({ address }) => flagClient(address, installation.serviceHeaders()));
  await Promise.all(clients.map((client) => untilEvaluates(client, 0, performance.now())));
  const times = { accepted: [], evaluated: [] };
  for (let count = 1; count <= (bench.quick ? 20 : 200); count++) {
    const began = performance.now();
    const since = () => performance.now() - began;
    const accepted = installation.putFlag('toggle', flag(count)).then(() => times.accepted.push(since()));
    const evaluated = Promise.all(clients.map((client) => untilEvaluates(client, count, began)));
    await Promise.all([accepted, evaluated.then(() => times.evaluated.push(since()))]);
  }
  for (const { close } of clients) close();
  return Object.entries(times).map(([name, list]) => row(name, list, residentMb(sidecars[0].pid)));
}

function row(name, times, rssMb) {
  const { p50Ms, p99Ms, maxMs } = quantiles(times);
  const contender = `${name}, max ${maxMs.toFixed(1)} ms`;
  if (name === 'accepted') return { contender, p50Ms, p99Ms };
  return { contender, p50Ms, p99Ms, rssMb, target: `p99 ≤ ${TARGET_MS} ms`, met: p99Ms <= TARGET_MS };
}

/** Returns a flag whose variant is named after the count, so that an evaluation shows which write it reflects. */
function flag(count) {
  const variant = `v${count}`;
  return { state: 'ENABLED', variants: { [variant]: true }, defaultVariant: variant };
}

async function untilEvaluates(client, count, began) {
  while ((await client.evaluate({ flagKey: 'toggle' })).variant !== `v${count}`) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error('A sidecar never applied the toggle.');
  }
}
