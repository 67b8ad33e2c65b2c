import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from '../lib/compare.mjs';
import { postForm } from '../lib/http-load.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { cpuMicroseconds, processTree } from '../lib/proc.mjs';

export const title = 'Skills run inline (?wait=) through the whole pipeline in ROLE=all: each a job with its record';

const SCOPES = ['skills.read', 'skills.write', 'skills.run', 'jobs.read', 'jobs.write'];
const IN_FLIGHT = 16;
const ONE_MS = 8;
const PER_SECOND = 400;
const FIRST_MS = 30;
const CANCEL_MS = 200;
const ROLLBACK_MS = 1_000;
/** The maximum number of concurrent runs of a tenant, by the default of SKILLS_THREADS. */
const THREADS = 4;
const WAIT = '?wait=10';

export async function run(bench) {
  const installation = bench.install();
  const { backendUrl, pid } = await installation.all();
  const meter = () => ({ own: cpuMicroseconds([pid]), store: cpuMicroseconds(databasePids(installation)) });
  const timed = (inFlight, act) => metered(meter, inFlight, act);
  const client = await installation.registerApp({ declared_scopes: SCOPES, default_scopes: SCOPES });
  const grant = { grant_type: 'client_credentials', scope: SCOPES.join(' ') };
  const { access_token: token } = await postForm(`${backendUrl}/v1/oauth/token`, client, grant);
  const agent = new http.Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const ask = (method, path, body) => request({ url: `${backendUrl}/v1${path}`, method, token, agent }, body);
  const send = (method, path, body) => ask(method, `/skills${path}`, body);
  const register = (name, result) => send('PUT', `/${name}`, definition(result));
  await register('bench', 'input.a + 1');
  let next = 0;
  const runBench = async () => {
    const a = (next += 1);
    const { status, output } = await send('POST', `/bench/run${WAIT}`, { input: { a } });
    if (status !== 'completed' || output !== a + 1)
      throw new Error(`The run returned ${JSON.stringify({ status, output })}.`);
  };
  let version = 0;
  const runNew = async () => {
    version += 1;
    await register('fresh', `input.a + ${version}`);
    const asked = performance.now();
    const { output } = await send('POST', `/fresh/run${WAIT}`, { input: { a: 0 } });
    if (output !== version) throw new Error(`Version ${version} gave ${output}.`);
    return performance.now() - asked;
  };
  await register('endless', '(() => { while (true); })()');
  await register('flip', '1');
  await register('flip', '2');
  let loops = [];
  const untilFull = async () => {
    while (loops.length < THREADS) loops.push((await send('POST', '/endless/run', { input: { a: 0 } })).id);
    for (const id of loops) while ((await ask('GET', `/jobs/${id}`)).status !== 'running') await sleep(20);
  };
  /** Measures the time between the cancellation of a run that only computes and the end of a run that waits for its thread. */
  const cancelOne = async () => {
    await untilFull();
    const next = send('POST', `/bench/run${WAIT}`, { input: { a: 1 } });
    await sleep(100);
    const asked = performance.now();
    const [id, ...others] = loops;
    loops = others;
    await ask('POST', `/jobs/${id}/cancel`, {});
    await next;
    return performance.now() - asked;
  };
  /** Measures the time between a rollback and the end of the next run, which uses the previous version. */
  const rollBack = async () => {
    for (const version of [1, 2]) await send('PUT', '/flip/aliases/prod', { version });
    const asked = performance.now();
    await send('POST', '/flip/aliases/prod/rollback', {});
    const { output } = await send('POST', `/flip/run${WAIT}`, { input: { a: 0 } });
    if (output !== 1) throw new Error(`After the rollback, version ${output} ran.`);
    return performance.now() - asked;
  };
  const figures = await compare(bench, {
    'one at a time': timed(1, runBench),
    [`${IN_FLIGHT} in flight`]: timed(IN_FLIGHT, runBench),
    'first run of a new version': timed(1, runNew),
    'rollback to next run': timed(1, rollBack),
  });
  Object.assign(figures, await compare(bench, { 'cancel to next run': timed(1, cancelOne) }));
  for (const id of loops) await ask('POST', `/jobs/${id}/cancel`, {});
  agent.destroy();
  const judge = {
    'one at a time': ({ p50Ms }) => ({ target: `p50 ≤ ${ONE_MS} ms`, met: p50Ms <= ONE_MS }),
    [`${IN_FLIGHT} in flight`]: ({ rate }) => ({ target: `≥ ${PER_SECOND}/s`, met: rate >= PER_SECOND }),
    'first run of a new version': ({ p50Ms }) => ({ target: `p50 ≤ ${FIRST_MS} ms`, met: p50Ms <= FIRST_MS }),
    'rollback to next run': ({ p99Ms }) => ({ target: `p99 ≤ ${ROLLBACK_MS} ms`, met: p99Ms <= ROLLBACK_MS }),
    'cancel to next run': ({ p99Ms }) => ({ target: `p99 ≤ ${CANCEL_MS} ms`, met: p99Ms <= CANCEL_MS }),
  };
  return Object.entries(figures).map(([contender, row]) => ({ contender, ...row, ...judge[contender](row) }));
}

function definition(result) {
  const inputSchema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } };
  return { runtime: 'javascript', source: `export default (input) => ${result}`, inputSchema, cpuSeconds: 60 };
}

/** The database processes of an installation that runs in one process. */
function databasePids({ dataDir }) {
  const file = path.join(dataDir, 'postgres/postmaster.pid');
  return processTree(Number(readFileSync(file, 'utf8').split('\n')[0]));
}

/**
 * A contender that performs `inFlight` acts concurrently and measures their cost. An act that times itself returns its duration in
 * milliseconds.
 */
function metered(meter, inFlight, act) {
  return {
    async measure(seconds) {
      const before = meter();
      const times = [];
      const began = performance.now();
      const loop = async () => {
        while (performance.now() - began < seconds * 1_000) {
          const asked = performance.now();
          const own = await act();
          times.push(own ?? performance.now() - asked);
        }
      };
      await Promise.all(Array.from({ length: inFlight }, loop));
      const elapsed = (performance.now() - began) / 1_000;
      const after = meter();
      const each = (of) => (after[of] - before[of]) / times.length;
      return { rate: times.length / elapsed, ...quantiles(times), cpuUs: each('own'), storeUs: each('store') };
    },
  };
}

function request({ url, method, token, agent }, body) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const sent = text === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const headers = { authorization: `Bearer ${token}`, ...sent };
  return new Promise((resolve, reject) => {
    const call = http.request(url, { method, headers, agent }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (piece) => (answer += piece));
      response.on('end', () => {
        if (response.statusCode > 202) reject(new Error(`${method} ${url}: ${response.statusCode} ${answer}`));
        else resolve(JSON.parse(answer));
      });
    });
    call.on('error', reject);
    call.end(text);
  });
}
