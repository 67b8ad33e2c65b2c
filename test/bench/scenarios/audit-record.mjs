import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compare } from '../lib/compare.mjs';
import { onServingCore } from '../lib/cores.mjs';

export const title = 'Audit: events acknowledged with sequence and hash, 64 callers in process';

const TARGET = 10_000;
const script = fileURLToPath(new URL('../peers/audit-record.mjs', import.meta.url));
const execute = promisify(execFile);

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane();
  const [storePid] = installation.databasePids();
  const env = { ...process.env, ...installation.env, ROLE: 'sidecar', STORE_PID: String(storePid) };
  const recording = (logs) => ({
    async measure(seconds) {
      const [program, ...argv] = onServingCore([process.execPath, script, String(logs), String(seconds)]);
      const { stdout } = await execute(program, argv, { env });
      installation.keepDatabaseAway();
      return JSON.parse(stdout);
    },
  });
  const figures = await compare(bench, { 'one tenant': recording(1), '64 tenants': recording(64) });
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    target: `≥ ${TARGET.toLocaleString('en')}/s`,
    met: row.rate >= TARGET,
  }));
}
