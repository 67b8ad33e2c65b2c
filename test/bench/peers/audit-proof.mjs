/**
 * Measures how long an inclusion proof takes in a log of a given size: `node audit-proof.mjs RECORDS SECONDS`, with a sidecar's
 * settings in the environment. A running control plane signs the checkpoints. Prints a row as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantiles } from '../lib/numbers.mjs';
import { openOwnCore, product } from '../lib/own-core.mjs';

const { systemContext } = product('kernel/context/call-context');
const { AuditPort } = product('modules/audit/contract/audit.port');
const { AuditProofsPort } = product('modules/audit/contract/audit-proofs.port');
const { auditEvent } = product('modules/audit/contract/audit.types');

const AT_ONCE = 500;
const PROVEN = 500;

const [records, seconds] = process.argv.slice(2).map(Number);
const core = await openOwnCore();
const [audit, proofs] = [core.get(AuditPort), core.get(AuditProofsPort)];
const context = systemContext('req-bench', 'tnt-bench-proof');

const ids = [];
const action = { action: 'bench.done', resourceType: 'bench', resourceId: '1' };
for (let made = 0; made < records; made += AT_ONCE) {
  const events = Array.from({ length: AT_ONCE }, () => auditEvent(context, action, Date.now()));
  await Promise.all(events.map((event) => audit.record(context, event)));
  ids.push(events[made % AT_ONCE].id);
}
const step = Math.max(1, Math.floor(ids.length / PROVEN));
const asked = ids.filter((_, index) => index % step === 0);
while (!(await proofs.inclusion(context, ids.at(-1)).catch(() => null))) await sleep(100);

const times = [];
const cpu = process.cpuUsage();
const began = performance.now();
for (let at = 0; performance.now() - began < seconds * 1000; at++) {
  const start = performance.now();
  const { proof, treeSize } = await proofs.inclusion(context, asked[at % asked.length]);
  times.push(performance.now() - start);
  if (proof.length > Math.ceil(Math.log2(treeSize))) throw new Error('A proof is longer than the height of the tree.');
}
const { user, system } = process.cpuUsage(cpu);
const rate = times.length / ((performance.now() - began) / 1000);
const figures = { rate, ...quantiles(times), cpuUs: (user + system) / times.length };
console.log(JSON.stringify({ ...figures, rssMb: process.memoryUsage().rss / 1e6 }));
await core.close();
process.exit(0);
