import { compare, rowsOf } from '../lib/compare.mjs';
import { formPost, httpLoad, postForm } from '../lib/http-load.mjs';
import { cryptoSign, httpHello, oidcProvider } from '../lib/peers.mjs';

export const title = 'Token: client_credentials, RS256; ours with durable store and audit, oidc-provider in memory';

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const client = await installation.registerApp();
  const provider = await oidcProvider(bench);
  const ours = { grant_type: 'client_credentials', scope: 'projects.read' };
  const theirs = { ...ours, resource: 'urn:bench:jwt' };
  const answer = await postForm(`${controlPlane.url}/oauth/token`, client, ours);
  assertJwt(answer);
  assertJwt(await postForm(`${provider.url}/token`, provider.client, theirs));
  const hello = await httpHello(bench, JSON.stringify(answer));
  const figures = await compare(bench, {
    ours: {
      pids: [controlPlane.pid],
      databasePids: () => installation.databasePids(),
      load: (stop) => httpLoad(controlPlane.url, formPost('/oauth/token', client, ours), stop),
    },
    'oidc-provider': {
      pids: [provider.pid],
      load: (stop) => httpLoad(provider.url, formPost('/token', provider.client, theirs), stop),
    },
    'node:http': {
      pids: [hello.pid],
      load: (stop) => httpLoad(hello.url, formPost('/', client, ours), stop),
    },
    'crypto.sign': cryptoSign,
  });
  return rowsOf(figures, { peer: 'oidc-provider', atLeast: 0.9 });
}

function assertJwt({ access_token: token }) {
  if (!/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new Error(`Not a JWT: ${token}`);
}
