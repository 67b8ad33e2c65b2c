import { existsSync } from 'node:fs';
import path from 'node:path';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { promisify } from 'node:util';
import { compare, rowsOf } from '../lib/compare.mjs';
import { grpcLoad } from '../lib/grpc-load.mjs';
import { grpcEcho } from '../lib/peers.mjs';
import { SERVICES } from '../lib/wire-contract.mjs';

export const title =
  'CheckRateLimit over gRPC: 100 keys, 64 in flight on one connection; ours counts in PostgreSQL, echo is bare grpc-js';

const IN_FLIGHT = 64;
const KEYS = 100;
/** Debian 13 has Valkey; Debian 12 has Redis. */
const VALKEY = ['/usr/bin/valkey-server', '/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);
/** `allowed: true`, after the five bytes of the gRPC prefix. The remaining count differs each time. */
const isAllowed = (payload) => payload[5] === 0x08 && payload[6] === 1;

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'other' });
  const stores = { ours: 'postgres', memory: 'memory' };
  if (VALKEY !== undefined) {
    const socket = path.join(installation.dataDir, 'valkey.sock');
    const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no'];
    bench.processes.start('valkey', options, { program: VALKEY, core: 'other' });
    installation.env.REDIS_URL = `unix://${socket}`;
    stores.valkey = 'redis';
  }
  const { path: method, ...check } = SERVICES.RateLimitService().CheckRateLimit;
  const headers = installation.serviceHeaders();
  // A limit that no caller can reach, because this measures allowed requests.
  const requests = Array.from({ length: KEYS }, (_, index) => ({
    key: `user:${index}`,
    tenantId: 'default',
    limit: 6_000_000,
    windowSeconds: 60,
  }));
  const messages = requests.map((request) => check.requestSerialize(request));
  const contender = ({ address, pid }) => ({
    pids: [pid, ...installation.databasePids()],
    load: (stop) =>
      grpcLoad(address, method, messages, {
        inFlight: IN_FLIGHT,
        headers,
        ...stop,
        expects: messages.map(() => isAllowed),
      }),
  });
  const contenders = {};
  for (const [name, store] of Object.entries(stores)) {
    installation.env.RATE_LIMIT_STORE = store;
    const sidecar = await installation.sidecar({ name: `sidecar-${store}` });
    await untilAllows(sidecar.address, headers, requests[0]);
    contenders[name] = contender(sidecar);
  }
  const answer = { allowed: true, remaining: 5_999_999, retryAfterMs: 0, error: null };
  const echo = await grpcEcho(bench, 'RateLimitService', 'CheckRateLimit', answer);
  await untilAllows(echo.address, headers, requests[0]);
  contenders.echo = { ...contender(echo), pids: [echo.pid] };
  return rowsOf(await compare(bench, contenders), { peer: 'echo', atLeast: 0.7 });
}

async function untilAllows(address, headers, request) {
  const { CheckRateLimit: check } = SERVICES.RateLimitService();
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const call = promisify(client.makeUnaryRequest.bind(client));
  const ask = () => call(check.path, check.requestSerialize, check.responseDeserialize, request, metadata);
  while (!(await ask().catch(() => null))?.allowed);
  client.close();
}
