import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminDatabase } from '../lib/admin-database.mjs';
import { postForm } from '../lib/http-load.mjs';
import { COLLECTABLE, heldMb } from '../lib/installation.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { cpuMicroseconds } from '../lib/proc.mjs';

export const title =
  'Workflows in ROLE=all: three calls one after the other, each stored; and runs that wait for a day';

const SCOPES = ['workflows.read', 'workflows.write'];
const IN_FLIGHT = 16;
const P50_MS = 150;
const PER_SECOND = 60;
const WAITING_MB = 50;
const SETTLE_MS = 10_000;

export async function run(bench) {
  const installation = bench.install(COLLECTABLE);
  // The receiver runs on this machine.
  Object.assign(installation.env, { NODE_ENV: 'test', WEBHOOKS_PRIVATE_ADDRESSES: 'true' });
  const { pid, backendUrl } = await installation.all();
  const store = await adminDatabase(installation);
  const receiver = await startReceiver();
  const agent = new http.Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  try {
    const client = await installation.registerApp({ declared_scopes: SCOPES, default_scopes: SCOPES });
    const grant = { grant_type: 'client_credentials', scope: SCOPES.join(' ') };
    const { access_token: token } = await postForm(`${backendUrl}/v1/oauth/token`, client, grant);
    const post = (path, body) => request(`${backendUrl}/v1/workflows${path}`, { token, agent }, body);
    const { id: calls } = await post('', { name: 'calls', steps: callsTo(receiver.url) });
    const { id: waits } = await post('', { name: 'waits', steps: [{ id: 'a', type: 'wait', seconds: 86_400 }] });
    const trigger = async (id) => (await post(`/${id}/trigger`, { input: { n: 1 } })).jobId;
    await many(store, 50, () => trigger(calls));
    const rows = [await alone(store, bench.quick ? 20 : 200, () => trigger(calls))];
    const count = bench.quick ? 200 : 3_000;
    const before = cpuMicroseconds([pid]);
    const rate = await many(store, count, () => trigger(calls));
    const cpuUs = (cpuMicroseconds([pid]) - before) / count;
    const target = `≥ ${PER_SECOND}/s`;
    rows.push({ contender: `${IN_FLIGHT} submitted at a time`, rate, cpuUs, target, met: rate >= PER_SECOND });
    rows.push(await waiting(store, pid, bench.quick ? 500 : 10_000, () => trigger(waits)));
    return rows;
  } finally {
    agent.destroy();
    receiver.close();
    await store.end();
  }
}

const callsTo = (url) =>
  ['a', 'b', 'c'].map((id, at, all) => ({
    ...{ id, type: 'webhook', url: `${url}/${id}`, body: { n: '{{input.n}}' } },
    dependsOn: at === 0 ? [] : [all[at - 1]],
  }));

/** Returns the milliseconds between the submission and the end of sequential runs, according to the store's timestamps. */
async function alone(store, samples, trigger) {
  const ids = [];
  for (let n = 0; n < samples; n += 1) {
    ids.push(await trigger());
    await untilOver(store);
  }
  const sql = `SELECT extract(epoch FROM finished_at - created_at)::float8 * 1000 AS ms, state FROM jobs.jobs WHERE id = ANY ($1)`;
  const { rows } = await store.query(sql, [ids]);
  if (rows.some(({ state }) => state !== 'succeeded')) throw new Error('A run did not succeed.');
  const { p50Ms, p99Ms } = quantiles(rows.map(({ ms }) => ms));
  return { contender: 'one at a time', p50Ms, p99Ms, target: `p50 ≤ ${P50_MS} ms`, met: p50Ms <= P50_MS };
}

/** Returns runs per second, from the first submission to the end of the last run. */
async function many(store, count, trigger) {
  let left = count;
  const began = performance.now();
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await trigger();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  await untilOver(store, 50);
  const rate = count / ((performance.now() - began) / 1_000);
  const { rows } = await store.query(`SELECT FROM jobs.jobs WHERE state IN ('failed', 'cancelled') LIMIT 1`);
  if (rows.length > 0) throw new Error('A run did not succeed.');
  return rate;
}

/**
 * Measures the memory that `count` waiting runs add, on top of half as many. The first half makes the heap grow to the size that fast
 * submission needs, even if no runs wait. Garbage is collected before both measurements.
 */
async function waiting(store, pid, count, trigger) {
  await untilWaiting(store, count / 2, count / 2, trigger);
  const before = await heldMb(pid);
  await untilWaiting(store, count, 1.5 * count, trigger);
  const more = (await heldMb(pid)) - before;
  const target = `+ ${WAITING_MB} MB at most`;
  return { contender: `${count} runs that wait: MB more`, rssMb: more, target, met: more <= WAITING_MB };
}

/** Submits `count` runs. Resolves some time after `all` runs in total are waiting. */
async function untilWaiting(store, count, all, trigger) {
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await trigger();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  for (;;) {
    const sql = `SELECT count(*)::int AS waiting FROM workflows.steps AS s
      JOIN jobs.jobs AS j ON j.tenant_id = s.tenant_id AND j.id = s.run_id WHERE s.state = 'waiting' AND j.place = 'delayed'`;
    if ((await store.query(sql)).rows[0].waiting === all) break;
    await sleep(100);
  }
  await sleep(SETTLE_MS);
}

async function untilOver(store, everyMs = 5) {
  const sql = `SELECT EXISTS (SELECT FROM jobs.jobs WHERE place IS NOT NULL AND type = 'workflow') AS busy`;
  while ((await store.query(sql)).rows[0].busy) await sleep(everyMs);
}

async function startReceiver() {
  const server = http.createServer((incoming, response) => {
    incoming.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{"ok":true}'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

function request(url, { token, agent }, body) {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method: 'POST', headers, agent }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (piece) => (answer += piece));
      response.on('end', () => {
        if (response.statusCode >= 300) reject(new Error(`${url}: ${response.statusCode} ${answer}`));
        else resolve(JSON.parse(answer));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
