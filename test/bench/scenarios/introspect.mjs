import { compare, rowsOf } from '../lib/compare.mjs';
import { formPost, httpLoad, postForm } from '../lib/http-load.mjs';
import { httpHello, oidcProvider } from '../lib/peers.mjs';

export const title = 'Introspection: our JWTs, opaque tokens of oidc-provider (it does not introspect JWTs)';

const POOL = 50;

export async function run(bench) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const client = await installation.registerApp();
  const provider = await oidcProvider(bench);
  const grant = { grant_type: 'client_credentials', scope: 'projects.read' };
  const issueTheirs = { ...grant, resource: 'urn:bench:opaque' };
  const ours = await pool(`${controlPlane.url}/oauth/token`, client, grant);
  const theirs = await pool(`${provider.url}/token`, provider.client, issueTheirs);
  const answer = await introspect(`${controlPlane.url}/oauth/introspect`, client, ours[0]);
  await introspect(`${provider.url}/token/introspection`, provider.client, theirs[0]);
  const hello = await httpHello(bench, JSON.stringify(answer));
  const posts = (path, credentials, tokens) => tokens.map((token) => formPost(path, credentials, { token }));
  const figures = await compare(bench, {
    ours: {
      pids: [controlPlane.pid],
      databasePids: () => installation.databasePids(),
      load: (stop) => httpLoad(controlPlane.url, posts('/oauth/introspect', client, ours), stop),
    },
    'oidc-provider': {
      pids: [provider.pid],
      load: (stop) => httpLoad(provider.url, posts('/token/introspection', provider.client, theirs), stop),
    },
    'node:http': { pids: [hello.pid], load: (stop) => httpLoad(hello.url, posts('/', client, ours), stop) },
  });
  return rowsOf(figures, { peer: 'oidc-provider', atLeast: 2 });
}

async function pool(url, client, form) {
  const tokens = [];
  while (tokens.length < POOL) tokens.push((await postForm(url, client, form)).access_token);
  return tokens;
}

async function introspect(url, client, token) {
  const answer = await postForm(url, client, { token });
  if (answer.active !== true) throw new Error(`${url} does not recognize its own token: ${JSON.stringify(answer)}`);
  return answer;
}
