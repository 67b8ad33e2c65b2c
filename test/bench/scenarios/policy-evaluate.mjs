import { compare, rowsOf } from '../lib/compare.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { grpcEcho } from '../lib/peers.mjs';
import { policyClient } from '../lib/policy-service.mjs';
import { RBAC, RBAC_DATA, RBAC_REQUESTS } from '../lib/rbac-policy.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title = 'Evaluate over gRPC: a 40-line RBAC bundle, 64 in flight on one connection; echo is bare grpc-js';

const IN_FLIGHT = 64;
const RULE = 'data.app.rbac.allow';

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'other' });
  await installation.uploadPolicy({ modules: { 'rbac.rego': RBAC }, data: RBAC_DATA });
  const sidecar = await installation.sidecar();
  const headers = installation.serviceHeaders();
  const grpc = policyClient(sidecar.address, headers);
  // Only allowed requests. Denials are recorded in the audit log, so the bench would measure PostgreSQL instead of decisions.
  const inputs = RBAC_REQUESTS.filter(([, allowed]) => allowed).map(([input]) => input);
  const answers = await Promise.all(inputs.map((input) => grpc.evaluate(RULE, input)));
  if (!answers.every(({ result }) => result)) throw new Error('The sidecar denies a request that the policy allows.');
  const echo = await grpcEcho(bench, 'PolicyService', 'Evaluate', answers[0]);
  await untilAnswers(policyClient(echo.address, headers), inputs[0]);
  const { path } = SERVICES.PolicyService().Evaluate;
  const messages = inputs.map((input) => grpc.encode(RULE, input));
  const load = (address, expected) => (stop) =>
    grpcLoad(address, path, messages, {
      inFlight: IN_FLIGHT,
      headers,
      ...stop,
      expects: expected.map(grpc.encodeAnswer),
    });
  const figures = await compare(bench, {
    ours: { pids: [sidecar.pid], load: load(sidecar.address, answers) },
    echo: {
      pids: [echo.pid],
      load: load(
        echo.address,
        inputs.map(() => answers[0]),
      ),
    },
  });
  grpc.close();
  return rowsOf(figures, { peer: 'echo', atLeast: 0.7 });
}

async function untilAnswers(client, input) {
  while (!(await client.evaluate(RULE, input).catch(() => null)));
  client.close();
}
