import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compare } from '../lib/compare.mjs';
import { onServingCore } from '../lib/cores.mjs';

export const title = 'Audit: a proof of inclusion, one at a time, in logs of two sizes';

const TARGET_MS = 10;
const script = fileURLToPath(new URL('../peers/audit-proof.mjs', import.meta.url));
const execute = promisify(execFile);

export async function run(bench) {
  const installation = bench.install();
  await installation.controlPlane({ core: 'other' });
  const env = { ...process.env, ...installation.env, ROLE: 'sidecar' };
  const proving = (records) => ({
    async measure(seconds) {
      const [program, ...argv] = onServingCore([process.execPath, script, String(records), String(seconds)]);
      return JSON.parse((await execute(program, argv, { env })).stdout);
    },
  });
  const figures = await compare(bench, { '5,000 more': proving(5_000), '50,000 more': proving(50_000) });
  return Object.entries(figures).map(([contender, row]) => ({
    contender,
    ...row,
    target: `p99 ≤ ${TARGET_MS} ms`,
    met: row.p99Ms <= TARGET_MS,
  }));
}
