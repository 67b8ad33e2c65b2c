import { compare, rowsOf } from './compare.mjs';
import { httpLoad } from './http-load.mjs';
import { httpHello, oidcProvider } from './peers.mjs';

/** Compares GET requests for a public document: ours, the same document from oidc-provider, and our bytes from bare node:http. */
export async function compareDocuments(bench, { ours, theirs }) {
  const installation = bench.install();
  const controlPlane = await installation.controlPlane();
  const provider = await oidcProvider(bench);
  const hello = await httpHello(bench, await textOf(`${controlPlane.url}${ours}`));
  await textOf(`${provider.url}${theirs}`);
  const get = (url, path) => (stop) => httpLoad(url, { method: 'GET', path }, stop);
  const figures = await compare(bench, {
    ours: { pids: [controlPlane.pid], load: get(controlPlane.url, ours) },
    'oidc-provider': { pids: [provider.pid], load: get(provider.url, theirs) },
    'node:http': { pids: [hello.pid], load: get(hello.url, '/') },
  });
  return rowsOf(figures, { peer: 'oidc-provider', atLeast: 1 });
}

async function textOf(url) {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}
