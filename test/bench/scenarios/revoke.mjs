import { observe } from '../lib/compare.mjs';
import { httpLoad, postForm } from '../lib/http-load.mjs';
import { medians } from '../lib/numbers.mjs';
import { issueTokens, revokeNext, supplyFor } from '../lib/token-supply.mjs';

export const title = 'Revocation: a different token in each request, with the response after the commit';

const PER_SECOND = 1000;

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const client = await installation.registerApp();
  const amount = PER_SECOND * bench.seconds;
  const contender = {
    pids: [controlPlane.pid],
    databasePids: () => installation.databasePids(),
    load: async (stop) => httpLoad(controlPlane.url, revokeNext(client, tokens), stop),
  };
  let tokens = [];
  let last = '';
  const runs = [];
  // One extra round: the first is a warm-up.
  for (let round = 0; round <= bench.rounds; round++) {
    tokens = await issueTokens(controlPlane.url, client, supplyFor(amount));
    last = tokens.at(-1);
    runs.push(await observe(contender, { amount }));
  }
  const { active } = await postForm(`${controlPlane.url}/oauth/introspect`, client, { token: last });
  if (active) throw new Error('A revoked token is still active.');
  const figures = medians(runs.slice(1));
  return [{ contender: 'ours', ...figures, target: `≥ ${PER_SECOND}/s`, met: figures.rate >= PER_SECOND }];
}
