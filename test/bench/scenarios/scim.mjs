import { randomUUID } from 'node:crypto';
import { adminDatabase } from '../lib/admin-database.mjs';
import { compare } from '../lib/compare.mjs';
import { httpLoad } from '../lib/http-load.mjs';
import { quantiles } from '../lib/numbers.mjs';
import { residentMb } from '../lib/proc.mjs';

export const title = 'SCIM with 100,000 users over one connection, durable, in ROLE=all (USERS=1000 for a trial)';

const USERS = Number(process.env['USERS'] ?? 100_000);
const GROUP_MEMBERS = USERS / 2;
const CHUNK = 50_000;
const BULK = 1_000;

/** Targets: requests per second, and the maximum median in milliseconds, on two cores shared with the database and the loader. */
const RATES = { get: 2_000, 'userName eq': 1_500, patch: 600, create: 500 };
const MEDIANS = { 'bulk of 1,000': 3_000, 'member of a large group': 20 };

/** The memory at the end of the run must stay within this ratio of the memory after the warm-up. */
const MEMORY_RATIO = 1.25;

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export async function run(bench) {
  const installation = bench.install();
  const { pid, backendUrl } = await installation.all();
  await fill(installation);
  const headers = await connection(installation);
  const base = '/scim/v2';
  const ids = Array.from({ length: 500 }, () => idOf(1 + Math.floor(Math.random() * USERS)));
  const resident = [];
  const contender = (requests) => ({
    pids: [pid],
    load: async (stop) => {
      const row = await httpLoad(backendUrl, requests, stop);
      resident.push(residentMb(pid));
      return row;
    },
  });
  const writing = (method, path, body) => ({
    method,
    path: `${base}${path}`,
    headers,
    setupRequest: (request) => ({ ...request, body: JSON.stringify(body()) }),
  });
  const send = async (method, path, body) => {
    const answer = await fetch(`${backendUrl}${base}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  let member = GROUP_MEMBERS;
  const group = await largeGroup(installation);
  const figures = await compare(bench, {
    get: contender(ids.map((id) => ({ method: 'GET', path: `${base}/Users/${id}`, headers }))),
    'userName eq': contender(
      ids.map((id) => ({
        method: 'GET',
        path: `${base}/Users?filter=${encodeURIComponent(`userName eq "user${Number(id.slice(4))}@example.com"`)}`,
        headers,
      })),
    ),
    // A different user for each request: connections that walk one list would change the same user at the same time and
    // wait for each other.
    patch: contender({
      method: 'PATCH',
      path: base,
      headers,
      setupRequest: (request) => ({
        ...request,
        path: `${base}/Users/${idOf(1 + Math.floor(Math.random() * USERS))}`,
        body: JSON.stringify(patchOf({ op: 'replace', path: 'title', value: randomUUID() })),
      }),
    }),
    create: contender(writing('POST', '/Users', newUser)),
    'bulk of 1,000': timed(() => send('POST', '/Bulk', bulk())),
    'member of a large group': timed(() => {
      const value = [{ value: idOf(1 + (member++ % USERS)) }];
      return send('PATCH', `/Groups/${group}`, patchOf({ op: 'add', path: 'members', value }));
    }),
  });
  const rows = Object.entries(figures).map(([name, row]) => {
    if (name in RATES) return { contender: name, ...row, target: `≥ ${RATES[name]}/s`, met: row.rate >= RATES[name] };
    return { contender: name, ...row, target: `≤ ${MEDIANS[name]} ms`, met: row.p50Ms <= MEDIANS[name] };
  });
  return [...rows, memoryRow(resident.slice(Object.keys(RATES).length - 1))];
}

/** Compares the memory after the warm-up with the memory at the end of the run. */
function memoryRow(resident) {
  const [first, last] = [resident[0], resident.at(-1)];
  const ratio = last / first;
  return { contender: 'memory', rssMb: last, ratio, target: `≤ ${MEMORY_RATIO} × warm`, met: ratio <= MEMORY_RATIO };
}

/** A contender that acts sequentially. */
function timed(act) {
  return {
    async measure(seconds) {
      const times = [];
      const began = performance.now();
      do {
        const asked = performance.now();
        await act();
        times.push(performance.now() - asked);
      } while (performance.now() - began < seconds * 1000);
      return { rate: times.length / ((performance.now() - began) / 1000), ...quantiles(times) };
    },
  };
}

const idOf = (n) => `usr-${String(n).padStart(26, '0')}`;
const patchOf = (...Operations) => ({ schemas: [PATCH], Operations });

function newUser() {
  const userName = `${randomUUID()}@example.com`;
  return { schemas: [USER], userName, emails: [{ value: userName, primary: true }], name: { givenName: 'Ada' } };
}

function bulk() {
  const Operations = Array.from({ length: BULK }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${index}`,
    data: newUser(),
  }));
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations };
}

/** Connects an identity provider. Returns its headers. */
async function connection({ url, controlPlaneToken }) {
  const answer = await fetch(`${url}/api/v1/scim-connections?tenant=default`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${controlPlaneToken}` },
    body: JSON.stringify({ name: 'Bench', preset: 'entra' }),
  });
  if (answer.status !== 201) throw new Error(`No connection: ${answer.status} ${await answer.text()}`);
  return { authorization: `Bearer ${(await answer.json()).token}`, 'content-type': 'application/scim+json' };
}

async function fill(installation) {
  const client = await adminDatabase(installation);
  for (let from = 0; from < USERS; from += CHUNK) {
    await client.query(
      `INSERT INTO users.users (tenant_id, id, email, email_key, email_verified, display_name, name_key, role, status,
         profile, created_at, updated_at)
       SELECT t.id, 'usr-' || lpad(n::text, 26, '0'), mail, mail, true, 'Name ' || n, 'name ' || n, 'member', 'active',
         jsonb_build_object('emails', jsonb_build_array(jsonb_build_object('value', mail, 'primary', true)),
           'name', jsonb_build_object('givenName', 'Name', 'familyName', n::text)), now(), now()
       FROM generate_series($1::bigint, $2::bigint) AS n, LATERAL (SELECT 'user' || n || '@example.com') AS m (mail),
         tenants.tenants AS t
       WHERE t.slug = 'default'`,
      [from + 1, Math.min(from + CHUNK, USERS)],
    );
  }
  await client.query('VACUUM ANALYZE users.users');
  await client.end();
}

/** Creates a group with half of the users. Returns its id. */
async function largeGroup(installation) {
  const id = `grp-${'0'.repeat(26)}`;
  const client = await adminDatabase(installation);
  await client.query(
    `INSERT INTO users.groups (tenant_id, id, display_name, name_key, member_count, created_at, updated_at)
     SELECT id, $1, 'Everybody', 'everybody', $2, now(), now() FROM tenants.tenants WHERE slug = 'default'`,
    [id, GROUP_MEMBERS],
  );
  await client.query(
    `INSERT INTO users.group_members (tenant_id, group_id, user_id, added_at)
     SELECT t.id, $1, 'usr-' || lpad(n::text, 26, '0'), now() FROM generate_series(1, $2::bigint) AS n, tenants.tenants t
     WHERE t.slug = 'default'`,
    [id, GROUP_MEMBERS],
  );
  await client.query('VACUUM ANALYZE users.group_members');
  await client.end();
  return id;
}
