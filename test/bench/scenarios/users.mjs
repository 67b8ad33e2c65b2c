import { adminDatabase } from '../lib/admin-database.mjs';
import { compare } from '../lib/compare.mjs';
import { quantiles } from '../lib/numbers.mjs';

export const title =
  'Users: any page of 200,000 by REST through the whole pipeline, one at a time (USERS=1000000 for the drill)';

const USERS = Number(process.env['USERS'] ?? 200_000);
const CHUNK = 50_000;
const TARGET_MS = 50;
const PAGE = 50;
const STRIDE = 500;

/** What is asked, with pages from the whole of each list. */
const LISTS = {
  'by address': 'sort=email',
  'by name, backwards': 'sort=-name',
  'by age': 'sort=createdAt',
  'of a role, by name': 'role=viewer&sort=name',
  'of a rare status, by age': 'status=suspended&sort=-createdAt',
  'found by much': 'q=u',
  'found by little': 'q=user12',
  'found by nothing': 'q=zzz',
};

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
  for (const [name, query] of Object.entries(LISTS)) {
    const starts = await cursorsOf(ask, query);
    const start = () => starts[Math.floor(Math.random() * starts.length)];
    contenders[name] = timed(() => ask(`${query}&limit=${PAGE}${start()}`));
  }
  const figures = await compare(bench, contenders);
  return Object.entries(figures).map(([contender, row]) => {
    const judged = { target: `p99 ≤ ${TARGET_MS} ms`, met: row.p99Ms <= TARGET_MS };
    return { contender, ...row, ...(contender in LISTS ? judged : {}) };
  });
}

/** A contender that does one thing after the other. */
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

/** Where pages can begin, all through a list. */
async function cursorsOf(ask, query) {
  const starts = [''];
  for (;;) {
    const { nextCursor } = await ask(`${query}&limit=${STRIDE}${starts.at(-1)}`);
    if (nextCursor === null) return starts;
    starts.push(`&cursor=${nextCursor}`);
  }
}

/** The `Authorization` header of an app that may read users. */
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
  for (let from = 0; from < USERS; from += CHUNK) {
    await client.query(
      `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, name_key, role, status,
         created_at, updated_at)
       SELECT t.id, 'usr-' || lpad(n::text, 26, '0'), mail, mail, true, 'Name ' || n * 7919 % 100000,
         'name ' || n * 7919 % 100000, CASE WHEN n % 10 = 0 THEN 'viewer' ELSE 'member' END,
         CASE WHEN n % 2000 = 0 THEN 'suspended' ELSE 'active' END,
         timestamptz '2026-01-01Z' + n * 104729 % 1000003 * interval '1 second', now()
       FROM generate_series($1::bigint, $2::bigint) AS n,
         LATERAL (SELECT 'user' || n * 31 % 1000003 || '.' || n || '@example.com') AS m (mail), tenants.tenants AS t
       WHERE t.slug = 'default'`,
      [from + 1, Math.min(from + CHUNK, USERS)],
    );
  }
  await client.query('VACUUM ANALYZE users.users');
  await client.end();
}
