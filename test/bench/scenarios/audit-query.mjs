import { adminDatabase } from '../lib/admin-database.mjs';
import { AUDIT_QUERIES, fillAuditLog } from '../lib/audit-log.mjs';
import { compare } from '../lib/compare.mjs';
import { quantiles } from '../lib/numbers.mjs';

export const title =
  'Audit: searches of a log of 1,000,000 records over REST, one at a time (10,000,000: npm run drill:audit-query)';

const RECORDS = 1_000_000;
const TARGET_MS = 100;

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
  const contenders = Object.fromEntries(Object.entries(AUDIT_QUERIES).map(([name, query]) => [name, searching(query)]));
  const figures = await compare(bench, contenders);
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    target: `p99 ≤ ${TARGET_MS} ms`,
    met: row.p99Ms <= TARGET_MS,
  }));
}

async function fill(installation) {
  const client = await adminDatabase(installation);
  await fillAuditLog(client, RECORDS);
  await client.query('VACUUM ANALYZE audit.events');
  await client.end();
}
