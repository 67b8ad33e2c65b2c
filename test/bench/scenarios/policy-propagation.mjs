import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantiles } from '../lib/numbers.mjs';
import { policyClient } from '../lib/policy-service.mjs';
import { residentMb } from '../lib/proc.mjs';

export const title =
  'Policy propagation: from sending a bundle until three watch streams receive it and three sidecars decide with it';

const SIDECARS = 3;
const TARGET_MS = 200;
const GIVE_UP_MS = 10_000;
/** The number of uploads that do not count: V8 compiles during the first uploads. */
const WARM_UP = 5;
const RULE = 'data.cyberpod.resource_permission.read';
/** The pause between two queries: without the pause, three loops would take the cores that the upload and the sidecars need. */
const ASK_EVERY_MS = 5;

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'any' });
  let version = await installation.uploadPolicy(bundle(0));
  const sidecars = [];
  for (let i = 1; i <= SIDECARS; i++) sidecars.push(await installation.sidecar({ core: 'any', name: `sidecar-${i}` }));
  const clients = sidecars.map(({ address }) => policyClient(address, installation.serviceHeaders()));
  const streams = clients.map((client) => updates(client.watch(String(version))));
  const idle = fork(fileURLToPath(new URL('../peers/idle-timer.mjs', import.meta.url)));
  const noTimes = () => ({ accepted: [], decided: [], watched: [], 'an idle timer is late by': [] });
  let times = noTimes();
  const uploads = WARM_UP + (bench.quick ? 20 : 200);
  for (let count = 1; count <= uploads; count++) {
    if (count === WARM_UP + 1) times = noTimes();
    await lateness(idle);
    const began = performance.now();
    const since = () => performance.now() - began;
    const uploaded = installation.uploadPolicy(bundle(count)).then((next) => {
      version = next;
      times.accepted.push(since());
    });
    const decided = Promise.all(clients.map((client) => untilDecides(client, count, began)));
    const watched = Promise.all(streams.map((stream) => stream.next()));
    await Promise.all([
      uploaded,
      decided.then(() => times.decided.push(since())),
      watched.then(() => times.watched.push(since())),
    ]);
    times['an idle timer is late by'].push(await lateness(idle));
  }
  idle.disconnect();
  for (const { close } of clients) close();
  return Object.entries(times).map(([name, list]) => row(name, list, residentMb(sidecars[0].pid)));
}

function row(name, times, rssMb) {
  const { p50Ms, p99Ms, maxMs } = quantiles(times);
  const contender = `${name}, max ${maxMs.toFixed(1)} ms`;
  if (name !== 'decided' && name !== 'watched') return { contender, p50Ms, p99Ms };
  return { contender, p50Ms, p99Ms, rssMb, target: `p99 ≤ ${TARGET_MS} ms`, met: p99Ms <= TARGET_MS };
}

/** Returns the longest delay since the previous query. */
async function lateness(idle) {
  const answer = once(idle, 'message');
  idle.send('');
  return (await answer)[0];
}

/** Returns a bundle that always allows, because each denial would add an audit record. A decision shows which bundle it used. */
function bundle(count) {
  const decision = JSON.stringify({ decision: 'allow', reason_code: reasonOf(count) });
  const source = `package cyberpod.resource_permission\n\nread := ${decision}\n`;
  return { modules: { 'read.rego': source }, data: {} };
}

const reasonOf = (count) => `bundle_${count}`;

async function untilDecides(client, count, began) {
  const decided = async () => (await client.evaluate(RULE, {})).resourcePerm?.reasonCode;
  while ((await decided()) !== reasonOf(count)) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error('A sidecar never applied the bundle.');
    await sleep(ASK_EVERY_MS);
  }
}

/** Yields one update after the other. Rejects if the stream breaks. */
function updates(stream) {
  const arrived = [];
  const waiting = [];
  stream.on('data', (update) => (waiting.shift()?.resolve ?? ((it) => arrived.push(it)))(update));
  stream.on('error', (error) => waiting.shift()?.reject(error));
  return {
    next: () => {
      if (arrived.length > 0) return arrived.shift();
      const { promise, ...settle } = Promise.withResolvers();
      waiting.push(settle);
      return promise;
    },
  };
}
