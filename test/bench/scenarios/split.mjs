import { cpuMicroseconds } from '../lib/proc.mjs';
import { httpLoad, postForm } from '../lib/http-load.mjs';
import { medians } from '../lib/numbers.mjs';

export const title = 'One call of the public API: its cost in each process, in split mode and in ROLE=all';

const SCOPES = ['projects.read', 'projects.write', 'flags.read'];
const FLAGS = { flags: { plain: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } } };

export async function run(bench) {
  return [...(await split(bench)), ...(await together(bench))];
}

async function split(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane({ core: 'any' });
  const sidecar = await installation.sidecar({ core: 'any' });
  const backend = await installation.backend(sidecar, { core: 'any' });
  const processes = {
    backend: () => [backend.pid],
    sidecar: () => [sidecar.pid],
    PostgreSQL: () => installation.databasePids(),
    'control plane': () => [controlPlane.pid],
  };
  return bothWays(bench, installation, backend.url, processes);
}

async function together(bench) {
  const installation = bench.install();
  const all = await installation.all();
  const processes = { all: () => [all.pid], PostgreSQL: () => installation.databasePids() };
  return bothWays(bench, installation, all.backendUrl, processes);
}

/** Measures each call twice: with each read recorded, and with reads recorded in aggregate. */
async function bothWays(bench, installation, url, processes) {
  const requests = await requestsOf(installation, url);
  const each = await rows(bench, requests, url, processes);
  await installation.recordReads('aggregated');
  const renamed = Object.entries(requests).map(([name, request]) => [`${name}, aggregated reads`, request]);
  return [...each, ...(await rows(bench, Object.fromEntries(renamed), url, processes))];
}

/** Returns two requests with an app's token: one reads a project, and one evaluates a flag over OFREP. */
async function requestsOf(installation, url) {
  const client = await installation.registerApp({ declared_scopes: SCOPES, default_scopes: SCOPES });
  await installation.putFlags(FLAGS);
  const { access_token: token } = await postForm(`${url}/v1/oauth/token`, client, { grant_type: 'client_credentials' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ key: 'BENCH', name: 'A project' });
  const made = await fetch(`${url}/v1/projects`, { method: 'POST', headers, body });
  if (made.status !== 201) throw new Error(`No project: ${made.status} ${await made.text()}`);
  const { id } = await made.json();
  const context = JSON.stringify({ context: { targetingKey: 'usr-1' } });
  return {
    'GET project': { method: 'GET', path: `/v1/projects/${id}`, headers: { authorization: headers.authorization } },
    OFREP: { method: 'POST', path: '/ofrep/v1/evaluate/flags/plain', headers, body: context },
  };
}

async function rows(bench, requests, url, processes) {
  const mode = 'backend' in processes ? 'split' : 'all';
  const all = [];
  for (const [name, request] of Object.entries(requests)) {
    await httpLoad(url, [request], { seconds: bench.warmUpSeconds });
    const runs = [];
    for (let round = 0; round < bench.rounds; round++) runs.push(await once(url, request, bench.seconds, processes));
    const { rate, p50Ms, p99Ms, ...cost } = medians(runs);
    all.push({ contender: `${name}, ${mode}`, rate, p50Ms, p99Ms, cpuUs: sum(Object.values(cost)) });
    for (const [process, cpuUs] of Object.entries(cost)) all.push({ contender: `  ${process}`, cpuUs });
  }
  return all;
}

/** Runs once. Returns the processor time of each process per response. */
async function once(url, request, seconds, processes) {
  const pids = Object.entries(processes).map(([name, of]) => [name, of()]);
  const before = pids.map(([, of]) => cpuMicroseconds(of));
  const { count, seconds: took, p50Ms, p99Ms } = await httpLoad(url, [request], { seconds });
  const cost = pids.map(([name, of], at) => [name, (cpuMicroseconds(of) - before[at]) / count]);
  return { rate: count / took, p50Ms, p99Ms, ...Object.fromEntries(cost) };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
