import { grpcLoad } from '../lib/grpc-load.mjs';
import { httpLoad, postForm } from '../lib/http-load.mjs';
import { medians } from '../lib/numbers.mjs';
import { policyClient } from '../lib/policy-service.mjs';
import { cpuMicroseconds } from '../lib/proc.mjs';
import { RBAC, RBAC_DATA, RBAC_REQUESTS } from '../lib/rbac-policy.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title = 'One decision through each interface, ROLE=all: processor time of the process and of PostgreSQL';

const RULE = 'data.app.rbac.allow';
const JSON_TYPE = { 'content-type': 'application/json' };
/** The maximum ratio of the cost of a decision over HTTP to its cost over gRPC, where the connection costs little. */
const AT_MOST = 3;
const FLAGS = { flags: { plain: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } } };

export async function run(bench) {
  const installation = bench.install();
  const all = await installation.all();
  await installation.uploadPolicy({ modules: { 'rbac.rego': RBAC }, data: RBAC_DATA });
  await installation.putFlags(FLAGS);
  await installation.recordReads('aggregated');
  const loads = await loadsOf(installation, all);
  const runs = new Map(Object.keys(loads).map((name) => [name, []]));
  const pids = () => [[all.pid], installation.databasePids()];
  for (const load of Object.values(loads)) await load({ seconds: bench.warmUpSeconds });
  for (let round = 0; round < bench.rounds; round++) {
    for (const [name, load] of Object.entries(loads)) {
      const before = pids().map(cpuMicroseconds);
      const { count, seconds, p50Ms, p99Ms } = await load({ seconds: bench.seconds });
      const [own, store] = pids().map((some, at) => (cpuMicroseconds(some) - before[at]) / count);
      runs.get(name).push({ rate: count / seconds, p50Ms, p99Ms, cpuUs: own, storeUs: store });
    }
  }
  const figures = [...runs].map(([contender, rows]) => ({ contender, ...medians(rows) }));
  const [{ cpuUs: base }] = figures;
  return figures.map((row, at) => {
    if (at === 0) return row;
    const ratio = row.cpuUs / base;
    return { ...row, target: `≤ ${AT_MOST} × gRPC (${ratio.toFixed(2)})`, met: ratio <= AT_MOST };
  });
}

async function loadsOf(installation, { address, backendUrl, opaUrl }) {
  const headers = installation.serviceHeaders();
  const grpc = policyClient(address, headers);
  const inputs = RBAC_REQUESTS.filter(([, allowed]) => allowed).map(([input]) => input);
  await untilAllowed(grpc, inputs[0]);
  const { path } = SERVICES.PolicyService().Evaluate;
  const messages = inputs.map((input) => grpc.encode(RULE, input));
  const expects = (await Promise.all(inputs.map((input) => grpc.evaluate(RULE, input)))).map(grpc.encodeAnswer);
  const post = (url, place, more, bodyOf) => {
    const requests = inputs.map((input) => ({
      method: 'POST',
      path: place,
      headers: { ...JSON_TYPE, ...more },
      body: JSON.stringify(bodyOf(input)),
    }));
    return (stop) => httpLoad(url, requests, stop);
  };
  const app = await installation.registerApp({ declared_scopes: ['flags.read'], default_scopes: ['flags.read'] });
  const { access_token: token } = await postForm(`${backendUrl}/v1/oauth/token`, app, {
    grant_type: 'client_credentials',
  });
  const service = { authorization: `Bearer ${installation.controlPlaneToken}` };
  const opa = { authorization: `Bearer ${headers['x-service-token']}`, 'x-tenant-id': 'default' };
  return {
    'PolicyService/Evaluate, gRPC': (stop) =>
      grpcLoad(address, path, messages, { inFlight: 64, headers, ...stop, expects }),
    "POST /v1/data, OPA's API": post(opaUrl, '/v1/data/app/rbac/allow', opa, (input) => ({ input })),
    'POST /api/v1/policy/evaluate': post(installation.url, '/api/v1/policy/evaluate', service, (input) => {
      return { rule: RULE, tenant_id: 'default', input };
    }),
    'OFREP, one flag': post(backendUrl, '/ofrep/v1/evaluate/flags/plain', { authorization: `Bearer ${token}` }, () => {
      return { context: { targetingKey: 'usr-1' } };
    }),
  };
}

async function untilAllowed(grpc, input) {
  while (!(await grpc.evaluate(RULE, input)).result);
}
