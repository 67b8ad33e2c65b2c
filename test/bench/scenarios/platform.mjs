import { compare } from '../lib/compare.mjs';
import { httpLoad, postForm } from '../lib/http-load.mjs';

export const title = 'Projects through the whole pipeline (token, policy, limits, audit) in ROLE=all';

/** Requests per second, on two cores, one of which serves the loader and the store. */
const TARGETS = { create: 500, get: 1500 };
const GETS = 100;

export async function run(bench) {
  const installation = bench.install();
  const { pid, backendUrl } = await installation.all();
  const client = await installation.registerApp();
  const grant = { grant_type: 'client_credentials', scope: 'projects.read projects.write' };
  const { access_token: token } = await postForm(`${backendUrl}/v1/oauth/token`, client, grant);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const create = {
    method: 'POST',
    path: '/v1/projects',
    headers,
    setupRequest: (request) => ({ ...request, body: JSON.stringify({ key: newKey(), name: 'A project' }) }),
  };
  const ids = [];
  while (ids.length < GETS) ids.push(await created(backendUrl, headers));
  const gets = ids.map((id) => ({
    method: 'GET',
    path: `/v1/projects/${id}`,
    headers: { authorization: headers.authorization },
  }));
  const keyed = {
    ...create,
    setupRequest: (request) => {
      const key = newKey();
      const own = { ...headers, 'idempotency-key': key };
      return { ...request, headers: own, body: JSON.stringify({ key, name: 'A project' }) };
    },
  };
  const contender = (requests) => ({ pids: [pid], load: (stop) => httpLoad(backendUrl, requests, stop) });
  const figures = await compare(bench, {
    create: contender(create),
    'create, with a key': contender(keyed),
    get: contender(gets),
  });
  return Object.entries(figures).map(([name, row]) => {
    const atLeast = TARGETS[name];
    return {
      contender: name,
      ...row,
      ...(atLeast === undefined ? {} : { target: `≥ ${atLeast}/s`, met: row.rate >= atLeast }),
    };
  });
}

let keys = 0;

/** Returns a key that no project has. */
function newKey() {
  return `K${(++keys).toString(36).toUpperCase()}`;
}

async function created(url, headers) {
  const body = JSON.stringify({ key: newKey(), name: 'A project' });
  const answer = await fetch(`${url}/v1/projects`, { method: 'POST', headers, body });
  if (answer.status !== 201) throw new Error(`No project: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).id;
}
