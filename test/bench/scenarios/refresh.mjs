import { assertUserTokens, ourCodes, refreshTokens, theirCodes } from '../lib/code-supply.mjs';
import { compare, rowsOf } from '../lib/compare.mjs';
import { CONNECTIONS, httpLoad, postForm } from '../lib/http-load.mjs';
import { cryptoSign, oidcProvider } from '../lib/peers.mjs';
import { postNext } from '../lib/token-supply.mjs';

export const title = 'Refresh with rotation: JWT, id_token and the next refresh token; oidc-provider in memory';

/** More families than concurrent requests, including those that the loader prepares beforehand. */
const FAMILIES = 3 * CONNECTIONS;

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const provider = await oidcProvider(bench);
  const { client, mint } = await ourCodes(installation);
  const figures = await compare(bench, {
    ours: {
      pids: [controlPlane.pid],
      databasePids: () => installation.databasePids(),
      ...(await refresh(controlPlane.url, '/oauth/token', client, mint)),
    },
    'oidc-provider': {
      pids: [provider.pid],
      ...(await refresh(provider.url, '/token', provider.client, theirCodes(provider), { resource: 'urn:bench:jwt' })),
    },
    'crypto.sign': cryptoSign,
  });
  return rowsOf(figures, { peer: 'oidc-provider', atLeast: 0.9 });
}

/** Returns each new refresh token to the supply, so that each family has one request at a time. */
async function refresh(url, path, client, mint, more = {}) {
  const formOf = (token) => ({ grant_type: 'refresh_token', refresh_token: token, ...more });
  const obtain = (count) => refreshTokens(url + path, client, mint, count, more);
  const [first] = await obtain(1);
  assertUserTokens(await postForm(url + path, client, formOf(first)));
  let tokens = [];
  const onResponse = (status, body) => status === 200 && tokens.push(JSON.parse(body).refresh_token);
  return {
    // A run ends with some responses unread, so the families in those responses are lost.
    prepare: async () => {
      tokens = await obtain(FAMILIES);
    },
    load: (stop) => httpLoad(url, { ...postNext(path, client, tokens, formOf), onResponse }, stop),
  };
}
