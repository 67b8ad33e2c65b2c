import { validateTokenClient } from '../lib/auth-service.mjs';
import { compare, rowsOf } from '../lib/compare.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { grpcEcho } from '../lib/peers.mjs';
import { issueTokens } from '../lib/token-supply.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title = 'ValidateToken over gRPC: warm cache, 64 in flight on one connection; echo is bare grpc-js';

const POOL = 50;
const IN_FLIGHT = 64;

export async function run(bench) {
  const installation = bench.install();
  const { url } = await installation.controlPlane({ core: 'other' });
  const client = await installation.registerApp();
  const tokens = await issueTokens(url, client, POOL);
  const sidecar = await installation.sidecar();
  const grpc = validateTokenClient(sidecar.address);
  const answers = await Promise.all(tokens.map((token) => grpc.validate(token)));
  if (!answers.every(({ valid }) => valid)) throw new Error('The sidecar does not accept the tokens.');
  const echo = await grpcEcho(bench, 'AuthService', 'ValidateToken', answers[0]);
  await untilAnswers(echo.address, tokens[0]);
  const { path } = SERVICES.AuthService().ValidateToken;
  const load = (address, expected) => (stop) =>
    grpcLoad(address, path, tokens.map(grpc.encode), {
      inFlight: IN_FLIGHT,
      ...stop,
      expects: expected.map(grpc.encodeAnswer),
    });
  const figures = await compare(bench, {
    ours: { pids: [sidecar.pid], load: load(sidecar.address, answers) },
    echo: {
      pids: [echo.pid],
      load: load(
        echo.address,
        tokens.map(() => answers[0]),
      ),
    },
  });
  grpc.close();
  return rowsOf(figures, { peer: 'echo', atLeast: 0.7 });
}

async function untilAnswers(address, token) {
  const client = validateTokenClient(address);
  for (;;) {
    const answer = await client.validate(token).catch(() => null);
    if (answer) break;
  }
  client.close();
}
