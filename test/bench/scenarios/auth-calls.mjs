import { authorizeRequest, saysYes, validateTokenClient } from '../lib/auth-service.mjs';
import { compare, rowsOf } from '../lib/compare.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { grpcEcho } from '../lib/peers.mjs';
import { residentMb } from '../lib/proc.mjs';
import { issueTokens } from '../lib/token-supply.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title =
  'ValidateToken and Authorize over gRPC, which each request of the backend makes: one call at a time, and 64 in flight';

const POOL = 50;
const IN_FLIGHT = 64;
const ONE_MOST = 1.6;
const BOTH_MOST = 3;
const RATE_LEAST = 0.6;
const LOADED_MB = 450;

export async function run(bench) {
  const installation = bench.install();
  const { url } = await installation.controlPlane({ core: 'other' });
  const app = await installation.registerApp();
  const tokens = await issueTokens(url, app, POOL);
  const sidecar = await installation.sidecar();
  const grpc = validateTokenClient(sidecar.address);
  const { ValidateToken, Authorize } = SERVICES.AuthService();
  const answer = await grpc.validate(tokens[0]);
  const calls = {
    ValidateToken: { path: ValidateToken.path, messages: tokens.map(grpc.encode) },
    Authorize: { path: Authorize.path, messages: tokens.map(authorizeRequest) },
  };
  const echo = await grpcEcho(bench, 'AuthService', 'ValidateToken', answer);
  await untilAnswers(echo.address, tokens[0]);
  const contender = ({ pid, address }, { path, messages }, inFlight) => ({
    pids: [pid],
    load: (stop) => grpcLoad(address, path, messages, { inFlight, ...stop, expects: messages.map(() => saysYes) }),
  });
  const contenders = (inFlight) => ({
    ValidateToken: contender(sidecar, calls.ValidateToken, inFlight),
    Authorize: contender(sidecar, calls.Authorize, inFlight),
    echo: contender(echo, calls.ValidateToken, inFlight),
  });
  const alone = await compare(bench, contenders(1));
  const many = await compare(bench, contenders(IN_FLIGHT));
  grpc.close();
  const rssMb = residentMb(sidecar.pid);
  return [
    ...latencyRows(alone),
    ...Object.keys(calls).flatMap((ours) =>
      rowsOf(many, { ours, peer: 'echo', atLeast: RATE_LEAST }).filter(isOf(ours)),
    ),
    { contender: 'echo, 64 in flight', ...many.echo },
    { contender: 'sidecar under load', rssMb, target: `≤ ${LOADED_MB} MB`, met: rssMb <= LOADED_MB },
  ];
}

const isOf = (name) => (row) => {
  if (row.contender !== name) return false;
  row.contender = `${name}, ${IN_FLIGHT} in flight`;
  return true;
};

/** The targets are for the median time of a call. A backend request waits for both calls, one after the other. */
function latencyRows({ ValidateToken, Authorize, echo }) {
  const row = (contender, figures, most) => {
    const times = figures.p50Ms / echo.p50Ms;
    const target = `p50 ≤ ${most} × echo: ${times.toFixed(2)}`;
    return { contender, ...figures, target, met: times <= most };
  };
  return [
    row('ValidateToken, one at a time', ValidateToken, ONE_MOST),
    row('Authorize, one at a time', Authorize, ONE_MOST),
    row('both, one after the other', { p50Ms: ValidateToken.p50Ms + Authorize.p50Ms }, BOTH_MOST),
    { contender: 'echo, one at a time', ...echo },
  ];
}

async function untilAnswers(address, token) {
  const client = validateTokenClient(address);
  while (!(await client.validate(token).catch(() => null)));
  client.close();
}
