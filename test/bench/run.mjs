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

const USAGE = `npm run bench -- [--quick] [--only name,name] [--json FILE] [--profile FOLDER]

  --quick    one round of a second, to see that it runs
  --only     these scenarios alone: ${scenarioNames().join(', ')}
  --json     writes the figures to FILE as well
  --profile  writes a CPU profile of each serving process to FOLDER`;

const options = readOptions();
if (options.help) {
  console.log(USAGE);
  process.exit();
}

const lengths = options.quick
  ? { rounds: 1, seconds: 1, warmUpSeconds: 1 }
  : // The code that grants a token (ours and the peer's) is so large that V8 needs several seconds of load to compile it.
    { rounds: 5, seconds: 3, warmUpSeconds: 8 };

/** Returns the command-line options. An invalid argument ends the process with the list of valid arguments. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        json: { type: 'string' },
        profile: { type: 'string' },
      },
    });
    const unknown = values.only.split(',').filter((name) => name !== '' && !scenarioNames().includes(name));
    if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}.`);
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function scenarioNames() {
  return readdirSync(new URL('scenarios/', import.meta.url)).map((file) => path.basename(file, '.mjs'));
}

function chosenScenarios() {
  const wanted = options.only === '' ? scenarioNames() : options.only.split(',');
  return Promise.all(wanted.map(async (name) => ({ name, ...(await import(`./scenarios/${name}.mjs`)) })));
}

/** Runs one scenario with its own processes and folder, and removes both. */
async function runScenario({ name, run }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-bench-'));
  // If the bench runs as root, PostgreSQL runs as a different user, who needs access.
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
