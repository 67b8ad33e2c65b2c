/** `npm run bench -- [--quick] [--only name,name] [--json FILE] [--profile FOLDER]`; see README.md. */
import { mkdirSync, mkdtempSync, chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { memoryFlags } from '../../scripts/steps/server-flags.mjs';
import { moveOffServingCore, pinningInWords } from './lib/cores.mjs';
import { Installation } from './lib/installation.mjs';
import { Processes } from './lib/processes.mjs';
import { table } from './lib/table.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    profile: { type: 'string' },
  },
});

const lengths = options.quick
  ? { rounds: 1, seconds: 1, warmUpSeconds: 1 }
  : { rounds: 5, seconds: 3, warmUpSeconds: 2 };

async function chosenScenarios() {
  const folder = new URL('scenarios/', import.meta.url);
  const names = readdirSync(folder).map((file) => path.basename(file, '.mjs'));
  const wanted = options.only === '' ? names : options.only.split(',');
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`No scenario ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  return Promise.all(wanted.map(async (name) => ({ name, ...(await import(new URL(`${name}.mjs`, folder))) })));
}

/** Runs one scenario with processes and a folder of its own, and leaves neither behind. */
async function runScenario({ name, run }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-bench-'));
  // Root's PostgreSQL runs as another user, who has to pass.
  chmodSync(folder, 0o711);
  const processes = new Processes(folder);
  current = processes;
  const nodeArgs = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(options.profile)}`] : [];
  try {
    const install = (more = []) => new Installation(processes, { folder, nodeArgs: [...nodeArgs, ...more] });
    const rows = await run({ ...lengths, quick: options.quick, processes, install });
    return rows.map((row) => ({ scenario: name, ...row }));
  } finally {
    await processes.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

let current = null;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void current?.stop().finally(() => process.exit(130)));
}
if (options.profile) mkdirSync(options.profile, { recursive: true });
const scenarios = await chosenScenarios();
const { rounds, seconds } = lengths;
const method = `Node ${process.versions.node}, ${cpus()[0]?.model}, ${pinningInWords()}; ours as npm start starts it (${memoryFlags.join(' ')}), peers as they come; median of ${rounds} × ${seconds} s`;
console.log(method);
moveOffServingCore(process.pid);

const rows = [];
for (const scenario of scenarios) {
  const own = await runScenario(scenario);
  rows.push(...own);
  console.log(`\n${scenario.title}\n${table(own)}`);
}
const judged = rows.filter(({ met }) => met !== undefined);
console.log(`\n${judged.filter(({ met }) => met).length} of ${judged.length} targets met`);
if (options.json) writeFileSync(options.json, `${JSON.stringify({ method, rows }, null, 2)}\n`);
