import { validateTokenClient } from '../lib/auth-service.mjs';
import { postForm } from '../lib/http-load.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { residentMb } from '../lib/proc.mjs';
import { issueTokens } from '../lib/token-supply.mjs';

export const title =
  'Propagation: from sending the revocation until all three sidecars refuse the token; nothing pinned';

const SIDECARS = 3;
const TARGET_MS = 250;
const GIVE_UP_MS = 10_000;

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane({ core: 'any' });
  const client = await installation.registerApp();
  const sidecars = [];
  for (let i = 1; i <= SIDECARS; i++) sidecars.push(await installation.sidecar({ core: 'any', name: `sidecar-${i}` }));
  const clients = sidecars.map(({ address }) => validateTokenClient(address));
  const tokens = await issueTokens(controlPlane.url, client, bench.quick ? 40 : 400);
  const times = [];
  for (const token of tokens) {
    const before = await Promise.all(clients.map(({ validate }) => validate(token)));
    if (!before.every(({ valid }) => valid)) throw new Error('A sidecar refuses a valid token.');
    const began = performance.now();
    const revoked = postForm(`${controlPlane.url}/oauth/revoke`, client, { token });
    await Promise.all(clients.map(({ validate }) => untilRefused(validate, token, began)));
    times.push(performance.now() - began);
    await revoked;
  }
  for (const { close } of clients) close();
  const { p50Ms, p99Ms, maxMs } = quantiles(times);
  const contender = `ours, max ${maxMs.toFixed(1)} ms`;
  return [
    {
      contender,
      p50Ms,
      p99Ms,
      maxMs,
      rssMb: residentMb(sidecars[0].pid),
      target: `p99 ≤ ${TARGET_MS} ms`,
      met: p99Ms <= TARGET_MS,
    },
  ];
}

async function untilRefused(validate, token, began) {
  while ((await validate(token)).valid) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error('A sidecar never refused a revoked token.');
  }
}
