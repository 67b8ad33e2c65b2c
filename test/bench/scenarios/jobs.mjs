import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminDatabase, appDatabaseUrl } from '../lib/admin-database.mjs';
import { jobClient } from '../lib/job-service.mjs';
import { beginningOf, clearQueue, queue, storeLog, untilIdle } from '../lib/job-store.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { cpuMicroseconds, processTree, residentMb } from '../lib/proc.mjs';
import { root } from '../lib/processes.mjs';

export const title = 'Jobs: submitted over gRPC, run by one worker, with events and three log lines each';

const TENANTS = 20;
const BUSY_TENANTS = 200;
const IN_FLIGHT = 32;
const NAP = { ms: 100 };

export async function run(bench) {
  const installation = bench.install();
  const { pid, address, backendUrl } = await installation.all();
  const worker = startWorker(bench, installation);
  const store = await adminDatabase(installation);
  await untilTaken(store);
  const tenants = await makeTenants(installation, store, BUSY_TENANTS + 1);
  const client = jobClient(address, installation.serviceHeaders());
  const far = tenants.at(-1);
  const samples = bench.quick ? 20 : 200;
  try {
    const pids = { own: [pid, worker.pid], store: databasePids(installation) };
    const rows = [await throughput(bench, client, store, tenants, pids)];
    rows.push(latency('submit → start, idle', await starts(client, store, far, samples), 80));
    await queue(store, tenants[0], bench.quick ? 20_000 : 100_000, 'test/nap', NAP);
    await store.query('VACUUM ANALYZE jobs.jobs');
    rows.push(latency('the same beside a tenant with 100,000 queued', await starts(client, store, far, samples), 300));
    await clearQueue(store);
    for (const tenant of tenants.slice(0, BUSY_TENANTS))
      await queue(store, tenant, bench.quick ? 50 : 300, 'test/nap', NAP);
    await sleep(1_000);
    rows.push(latency('the same beside 200 busy tenants', await starts(client, store, far, samples / 4), 2_000));
    await clearQueue(store);
    const lines = bench.quick ? 200_000 : 1_000_000;
    const jobId = await storeLog(store, tenants[0], lines);
    rows.push(await replay('a stored log of a million lines, gRPC', lines, () => client.countLines(tenants[0], jobId)));
    const read = await reader(installation, backendUrl, store, jobId);
    rows.push(await replay('the same, REST as text', lines, () => read('text/plain')));
    rows.push(await replay('the same, Server-Sent Events', lines, () => read('text/event-stream')));
    return rows.map((row) => ({ ...row, rssMb: residentMb(worker.pid) }));
  } finally {
    client.close();
    await store.end();
  }
}

function startWorker({ processes }, installation) {
  const env = {
    ...installation.env,
    WORKER_DATABASE_URL: appDatabaseUrl(installation),
    NODE_ENV: 'test',
    MASTER_KEY: '',
    CONTROL_PLANE_TOKEN: '',
  };
  return processes.start('worker', [path.join(root, 'test/support/jobs-worker.cjs')], { env, core: 'any' });
}

/** Returns the processes of the store at this moment, since connections open and close. */
function databasePids({ dataDir }) {
  const pid = Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  return () => processTree(pid);
}

async function untilTaken(store) {
  for (;;) {
    const { rows } = await store.query(`SELECT FROM jobs.executors WHERE takes ? 'sync' AND gone_at IS NULL`);
    if (rows.length > 0) return;
    await sleep(50);
  }
}

/** Creates tenants through the control plane. Returns their ids. */
async function makeTenants({ url, controlPlaneToken }, store, count) {
  for (let n = 0; n < count; n += 1) {
    const answer = await fetch(`${url}/api/v1/tenants`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${controlPlaneToken}` },
      body: JSON.stringify({ slug: `busy-${n}`, name: `Busy ${n}` }),
    });
    if (!answer.ok) throw new Error(`No tenant: ${answer.status} ${await answer.text()}`);
  }
  const { rows } = await store.query(`SELECT id FROM tenants.tenants WHERE slug LIKE 'busy-%' ORDER BY created_at`);
  return rows.map(({ id }) => id);
}

async function throughput({ quick }, client, store, tenants, pids) {
  const jobs = quick ? 500 : 6_000;
  let left = jobs;
  const used = () => ({ own: cpuMicroseconds(pids.own), store: cpuMicroseconds(pids.store()) });
  const [before, began] = [used(), performance.now()];
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await client.submit(tenants[left % TENANTS], 'test/lines');
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  await untilIdle(store);
  const rate = jobs / ((performance.now() - began) / 1_000);
  const after = used();
  const sql = 'SELECT count(*)::int AS done, sum(log_lines)::int AS lines FROM jobs.jobs WHERE state = $1';
  const { done, lines } = (await store.query(sql, ['succeeded'])).rows[0];
  if (done !== jobs || lines !== 3 * jobs) throw new Error(`${done} jobs with ${lines} lines, of ${jobs}.`);
  const each = { cpuUs: (after.own - before.own) / jobs, storeUs: (after.store - before.store) / jobs };
  return { contender: 'end to end', rate, ...each, target: '≥ 200 jobs/s', met: rate >= 200 };
}

/** Returns the milliseconds between the submission of a job and the start of its code, for sequential jobs. */
async function starts(client, store, tenant, samples) {
  const times = [];
  for (let n = 0; n < samples; n += 1) {
    const asked = Date.now();
    const id = await client.submit(tenant, 'test/lines');
    times.push((await beginningOf(store, id)) - asked);
  }
  return times;
}

function latency(contender, times, most) {
  const { p50Ms, p99Ms } = quantiles(times);
  return { contender, p50Ms, p99Ms, target: `p50 ≤ ${most} ms`, met: p50Ms <= most };
}

async function replay(contender, lines, count) {
  const began = performance.now();
  const counted = await count();
  if (counted !== lines) throw new Error(`${contender}: ${counted} lines of ${lines}.`);
  const rate = lines / ((performance.now() - began) / 1_000);
  return { contender, rate, target: '≥ 30,000 lines/s', met: rate >= 30_000 };
}

/** Counts the lines of a log over REST. Assigns the job to the tenant of an app that can read it. */
async function reader(installation, backendUrl, store, jobId) {
  const scopes = ['jobs.read'];
  const app = await installation.registerApp({ declared_scopes: scopes, default_scopes: scopes });
  const { rows } = await store.query(`SELECT id FROM tenants.tenants WHERE slug = 'default'`);
  for (const [table, id] of Object.entries({ jobs: 'id', log_chunks: 'job_id' })) {
    await store.query(`UPDATE jobs.${table} SET tenant_id = $1 WHERE ${id} = $2`, [rows[0].id, jobId]);
  }
  const token = await fetch(`${backendUrl}/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: bearer } = await token.json();
  return async (accept) => {
    const headers = { authorization: `Bearer ${bearer}`, accept };
    const answer = await fetch(`${backendUrl}/v1/jobs/${jobId}/logs`, { headers });
    if (answer.status !== 200) throw new Error(`No log: ${answer.status} ${await answer.text()}`);
    // A blank line follows each message, and the stream starts with a blank line.
    const mark = accept === 'text/plain' ? '\n' : '\n\n';
    let count = accept === 'text/plain' ? 0 : -1;
    let last = '';
    for await (const chunk of answer.body) {
      const text = last + Buffer.from(chunk).toString('latin1');
      count += text.split(mark).length - 1;
      last = mark === '\n\n' && text.endsWith('\n') && !text.endsWith('\n\n') ? '\n' : '';
    }
    return count;
  };
}
