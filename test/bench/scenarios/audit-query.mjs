import { adminDatabase } from '../lib/admin-database.mjs';
import { compare } from '../lib/compare.mjs';
import { quantiles } from '../lib/numbers.mjs';

export const title =
  'Audit: searches of a log of 1,000,000 records by REST, one at a time (AUDIT_RECORDS for another size)';

const RECORDS = Number(process.env['AUDIT_RECORDS'] ?? 1_000_000);
const CHUNK = 50_000;
const TARGET_MS = 100;

/** What is asked, each with filters that fit much, little and nothing. */
const QUERIES = {
  newest: '',
  actor: '&actor=svc-77',
  'rare actor': '&actor=svc-rare',
  action: '&action=thing.do7',
  resource: '&resource=thing/t-4711',
  time: '&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z',
  outcome: '&outcome=failure',
  'actor and text': '&actor=svc-77&q=needle',
  'text, nowhere': '&q=needle',
};

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane();
  await fill(installation);
  const headers = { authorization: `Bearer ${installation.controlPlaneToken}` };
  const searching = (query) => ({
    async measure(seconds) {
      const times = [];
      const began = performance.now();
      while (performance.now() - began < seconds * 1000) {
        const asked = performance.now();
        const answer = await fetch(`${installation.url}/api/v1/audit?tenant=default${query}`, { headers });
        await answer.arrayBuffer();
        if (answer.status !== 200) throw new Error(`${query}: ${answer.status}`);
        times.push(performance.now() - asked);
      }
      return { rate: times.length / ((performance.now() - began) / 1000), ...quantiles(times) };
    },
  });
  const contenders = Object.fromEntries(Object.entries(QUERIES).map(([name, query]) => [name, searching(query)]));
  const figures = await compare(bench, contenders);
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    target: `p99 ≤ ${TARGET_MS} ms`,
    met: row.p99Ms <= TARGET_MS,
  }));
}

/** Rows as the log has them, but for their hashes, which no search looks at. They lie before its own. */
async function fill(installation) {
  const client = await adminDatabase(installation);
  for (let from = 0; from < RECORDS; from += CHUNK) {
    await client.query(
      `INSERT INTO audit.events (tenant_id, sequence, id, actor_type, actor_id, action, resource_type, resource_id, outcome,
         reason, request_id, metadata, ts, previous_hash, record_hash)
       SELECT t.id, n - $3::bigint, 'aud-' || n, 'service',
         CASE WHEN n % 400000 = 7 THEN 'svc-rare' ELSE 'svc-' || n % 1000 END, 'thing.do' || n % 50, 'thing',
         't-' || n % 100000, CASE WHEN n % 3000 = 0 THEN 'failure' ELSE 'success' END, '', 'req-' || n,
         jsonb_build_object('note', repeat('x', 200)),
         timestamptz '2026-01-01Z' + n * interval '10 seconds' * (1000000.0 / $3), repeat('a', 32)::bytea, repeat('b', 32)::bytea
       FROM generate_series($1::bigint, $2::bigint) AS n, tenants.tenants AS t WHERE t.slug = 'default'`,
      [from + 1, Math.min(from + CHUNK, RECORDS), RECORDS + 1],
    );
  }
  await client.query('VACUUM ANALYZE audit.events');
  await client.end();
}
