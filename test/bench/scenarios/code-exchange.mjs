import { assertUserTokens, exchangeForm, ourCodes, theirCodes } from '../lib/code-supply.mjs';
import { compare, rowsOf } from '../lib/compare.mjs';
import { httpLoad, postForm } from '../lib/http-load.mjs';
import { cryptoSign, oidcProvider } from '../lib/peers.mjs';
import { postNext, supplyFor } from '../lib/token-supply.mjs';

export const title = 'Code exchange with PKCE: JWT, id_token and refresh token; oidc-provider in memory';

/** Codes are valid for a minute, so each run creates its own supply just before it starts. */
const PER_SECOND = 500;

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const provider = await oidcProvider(bench);
  const { client, mint } = await ourCodes(installation);
  const amount = PER_SECOND * bench.seconds;
  const figures = await compare(bench, {
    ours: {
      pids: [controlPlane.pid],
      databasePids: () => installation.databasePids(),
      ...(await exchange(controlPlane.url, '/oauth/token', client, mint, amount)),
    },
    'oidc-provider': {
      pids: [provider.pid],
      ...(await exchange(provider.url, '/token', provider.client, theirCodes(provider), amount, {
        resource: 'urn:bench:jwt',
      })),
    },
    'crypto.sign': cryptoSign,
  });
  return rowsOf(figures, { peer: 'oidc-provider', atLeast: 0.9 });
}

async function exchange(url, path, client, mint, amount, more = {}) {
  const formOf = (code) => ({ ...exchangeForm(code), ...more });
  const [first] = await mint(1);
  assertUserTokens(await postForm(url + path, client, formOf(first)));
  let codes = [];
  return {
    prepare: async () => {
      codes = await mint(supplyFor(amount));
    },
    load: () => httpLoad(url, postNext(path, client, codes, formOf), { amount }),
  };
}
