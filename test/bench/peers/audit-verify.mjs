/**
 * Measures how fast an export is verified: `node audit-verify.mjs RECORDS SECONDS`. Writes an export of `RECORDS`
 * records to a file and repeatedly verifies it as `coresdk audit verify` does. Prints a row as JSON, with the peak
 * memory.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { product } from '../lib/own-core.mjs';

const { readLines } = product('cli/audit/read-lines');
const { CheckpointKey } = product('modules/audit/checkpoints/checkpoint-key');
const { originOf } = product('modules/audit/domain/checkpoint');
const { continueChain, NO_HASH } = product('modules/audit/domain/chain');
const { GrowingTree } = product('modules/audit/domain/merkle-tree');
const { canonicalRecord } = product('modules/audit/domain/record');
const { ExportVerifier } = product('modules/audit/domain/verify-export');
const { systemContext } = product('kernel/context/call-context');
const { auditEvent } = product('modules/audit/contract/audit.types');

const PAGE = 1_000;
const [records, seconds] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(path.join(tmpdir(), 'bench-audit-'));
const keyFile = path.join(folder, 'key.pem');
writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
const key = CheckpointKey.read(keyFile);
const file = path.join(folder, 'export.jsonl');
const origin = originOf('tnt-bench');
const context = { ...systemContext('req-bench', 'tnt-bench'), appId: 'app-bench' };

const line = (value) => `${JSON.stringify(value)}\n`;
writeFileSync(file, line({ auditLog: origin, v: 1, from: 0, before: [] }));
let head = { tenantId: 'tnt-bench', size: 0, hash: NO_HASH, frontier: Buffer.alloc(0) };
for (let made = 0; made < records; made += PAGE) {
  const events = Array.from({ length: PAGE }, (_, index) => {
    const action = { action: 'project.update', resourceType: 'project', resourceId: `prj-${made + index}` };
    const event = auditEvent(context, { ...action, metadata: { fields: ['name'] } }, Date.now());
    return { event, sealed: { person: 'psn-01jd0000000000000000000000', bytes: Buffer.alloc(60, 7) } };
  });
  const next = continueChain(head, events);
  head = next.head;
  appendFileSync(file, next.records.map((record) => `${canonicalRecord(record)}\n`).join(''));
  const root = GrowingTree.continue(head.size, head.frontier).root();
  const checkpoint = key.sign({ origin, size: head.size, root, timeMs: Date.now() });
  appendFileSync(file, line({ checkpoint, head: head.hash.toString('hex'), end: made + PAGE >= records }));
}

async function verifyOnce() {
  const verifier = new ExportVerifier(key.verifier, null);
  for await (const lines of readLines(file)) for (const each of lines) verifier.take(each);
  if (!verifier.finish().ok) throw new Error('A valid export was refused.');
}

await verifyOnce();
let [count, rss] = [0, 0];
const cpu = process.cpuUsage();
const began = performance.now();
while (performance.now() - began < seconds * 1000) {
  await verifyOnce();
  count += records;
  rss = Math.max(rss, process.memoryUsage().rss);
}
const { user, system } = process.cpuUsage(cpu);
const rate = count / ((performance.now() - began) / 1000);
console.log(JSON.stringify({ rate, cpuUs: (user + system) / count, rssMb: rss / 1e6 }));
rmSync(folder, { recursive: true });
