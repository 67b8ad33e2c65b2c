import { compare, rowsOf } from '../lib/compare.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { grpcEcho } from '../lib/peers.mjs';
import { grantedSecrets, secretsClient } from '../lib/secrets-service.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title =
  'ResolveSecret over gRPC with its audit record committed: 64 in flight on one connection; echo is bare grpc-js';

const IN_FLIGHT = 64;
const SECRETS = Object.fromEntries(
  Array.from({ length: 50 }, (_, index) => [`SECRET_${index}`, `a value of thirty-two characters ${index}`]),
);

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'other' });
  const userId = await grantedSecrets(installation, SECRETS);
  const sidecar = await installation.sidecar();
  const headers = installation.serviceHeaders();
  const grpc = secretsClient(sidecar.address, headers, userId);
  const names = Object.keys(SECRETS);
  const answers = await Promise.all(names.map((name) => grpc.resolve(name)));
  if (!answers.every(({ resolved }, index) => String(resolved[0]?.value) === SECRETS[names[index]])) {
    throw new Error('The sidecar does not return the secrets.');
  }
  const [first] = answers;
  // The echo gets its response as JSON, in which bytes are represented as a string.
  const resolved = first.resolved.map((one) => ({ ...one, value: one.value.toString('base64') }));
  const echo = await grpcEcho(bench, 'SecretsService', 'ResolveSecret', { ...first, resolved });
  await untilAnswers(secretsClient(echo.address, headers, userId), names[0]);
  const { path } = SERVICES.SecretsService().ResolveSecret;
  const messages = names.map(grpc.encode);
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
        names.map(() => first),
      ),
    },
  });
  grpc.close();
  return rowsOf(figures, { peer: 'echo', atLeast: 0.35 });
}

async function untilAnswers(client, name) {
  while (!(await client.resolve(name).catch(() => null)));
  client.close();
}
