import { adminDatabase } from '../lib/admin-database.mjs';
import { compare } from '../lib/compare.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { fillUsers, startsOf, USER_LISTS } from '../lib/user-lists.mjs';

export const title =
  'Users: any page of 200,000 over REST through the whole pipeline, one at a time (1,000,000: npm run drill:users)';

const USERS = 200_000;
const TARGET_MS = 50;
const PAGE = 50;

export async function run(bench) {
  const installation = bench.install();
  const { backendUrl } = await installation.all();
  await fill(installation);
  const headers = await reader(installation, backendUrl);
  const ask = async (query, joint = '?') => {
    const answer = await fetch(`${backendUrl}/v1/users${joint}${query}`, { headers });
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${body}`);
    return JSON.parse(body);
  };
  const someone = (await ask('limit=1')).items[0].id;
  const contenders = { 'one user, for scale': timed(() => ask(someone, '/')) };
  for (const [name, query] of Object.entries(USER_LISTS)) {
    const starts = await startsOf(ask, query);
    const start = () => starts[Math.floor(Math.random() * starts.length)];
    contenders[name] = timed(() => ask(`${query}&limit=${PAGE}${start()}`));
  }
  const figures = await compare(bench, contenders);
  return Object.entries(figures).map(([contender, row]) => {
    const judged = { target: `p99 ≤ ${TARGET_MS} ms`, met: row.p99Ms <= TARGET_MS };
    return { contender, ...row, ...(contender in USER_LISTS ? judged : {}) };
  });
}

/** A contender that acts sequentially. */
function timed(act) {
  return {
    async measure(seconds) {
      const times = [];
      const began = performance.now();
      while (performance.now() - began < seconds * 1000) {
        const asked = performance.now();
        await act();
        times.push(performance.now() - asked);
      }
      return { rate: times.length / ((performance.now() - began) / 1000), ...quantiles(times) };
    },
  };
}

/** Returns the `Authorization` header of an app that can read users. */
async function reader(installation, backendUrl) {
  const scopes = ['users.read'];
  const app = await installation.registerApp({ declared_scopes: scopes, default_scopes: scopes });
  const answer = await fetch(`${backendUrl}/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (answer.status !== 200) throw new Error(`No token: ${answer.status} ${await answer.text()}`);
  return { authorization: `Bearer ${(await answer.json()).access_token}` };
}

async function fill(installation) {
  const client = await adminDatabase(installation);
  await fillUsers(client, USERS);
  await client.query('VACUUM ANALYZE users.users');
  await client.end();
}
