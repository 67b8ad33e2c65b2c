/** `node rego/bench/run.mjs [--quick] [--only name,name] [--peers none]`; see README.md. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { medians } from '../../test/bench/lib/numbers.mjs';
import { install, peers } from './lib/peers.mjs';
import { printSizes } from './lib/sizes.mjs';
import { table } from './lib/table.mjs';

const policyNames = readdirSync(new URL('policies/', import.meta.url)).map((file) => path.basename(file, '.mjs'));

const USAGE = `npm run bench -- [--quick] [--only name,name] [--peers name,name|none] [--folder FOLDER] [--regorus FOLDER] [--json FILE]

  --quick    one round of a tenth of a second, to check that the bench runs
  --only     only these policies: ${policyNames.join(', ')}
  --peers    only these peers: ${Object.keys(peers).join(', ')}; none: only this package
  --folder   installs peers in FOLDER and keeps them for later runs; by default, in a temporary folder, which is removed
  --regorus  an earlier build of regorus as WebAssembly (regorus_bench.js and regorus_bench_bg.wasm)
  --sizes    also prints the size of each engine's installation and of its download in a browser
  --json     also writes the figures to FILE`;

const options = readOptions();
const { rounds, seconds } = options.quick ? { rounds: 1, seconds: 0.1 } : { rounds: 5, seconds: 1 };
if (!existsSync(new URL('../dist/esm/node.js', import.meta.url))) {
  console.error('There is no rego/dist: run `npm run build` first.');
  process.exit(1);
}
const folder = path.resolve(options.folder ?? mkdtempSync(path.join(tmpdir(), 'rego-bench-')));
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

async function main() {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  const contenders = install(options.peers, folder, options);
  const rows = [];
  for (const name of options.only) rows.push(...(await rowsOf(name, contenders)));
  console.log(table(rows));
  if (options.sizes) await printSizes(contenders, folder);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}

/** Evaluates one policy with all engines in turn: first checks their results, then takes the median of several rounds. */
async function rowsOf(name, all) {
  for (const { name: engine, cannot } of all) {
    if (cannot?.[name] !== undefined) console.log(`${engine} cannot evaluate ${name}: ${cannot[name]}`);
  }
  const contenders = all.filter(({ cannot }) => cannot?.[name] === undefined);
  const one = await import(`./policies/${name}.mjs`);
  const place = writeCase(name, one);
  const expected = one.decisions.map(([, result]) => result);
  const decided = async (contender, duration) => {
    const { results, row } = await measured(contender, place, duration);
    expected.forEach((result, index) => {
      if (isDeepStrictEqual(results[index], result)) return;
      const [input] = one.decisions[index];
      throw new Error(
        `${contender.name} decides ${name} wrongly for ${JSON.stringify(input).slice(0, 300)}: ${JSON.stringify(results[index])}`,
      );
    });
    return row;
  };
  for (const contender of contenders) {
    contender.compilePolicy?.(place, one.rule);
    await decided(contender, 0);
  }
  const runs = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) runs[index].push(await decided(contender, seconds));
  }
  const figures = runs.map(medians);
  return contenders.map(({ name: engine, input }, index) => {
    const own = contenders.findIndex((contender) => contender.input === input);
    return { policy: name, engine, input, ...figures[index], times: figures[index].cpuUs / figures[own].cpuUs };
  });
}

/** Writes the files for the engine processes. */
function writeCase(name, { policy, data, rule, decisions }) {
  const place = path.join(folder, 'cases', name);
  mkdirSync(place, { recursive: true });
  const inputs = decisions.map(([input]) => JSON.stringify(input));
  writeFileSync(path.join(place, 'policy.rego'), policy);
  writeFileSync(path.join(place, 'data.json'), JSON.stringify(data));
  writeFileSync(path.join(place, 'case.json'), JSON.stringify({ rule, inputs }));
  return place;
}

/** Runs an engine once in a separate process. Returns its results, and its figures unless the duration is 0. */
async function measured({ argv: [program, ...args], variables = {}, mode }, place, duration) {
  const env = { ...process.env, ...variables };
  const { stdout } = await promisify(execFile)(program, [...args, place, String(duration), mode], { env });
  return JSON.parse(stdout);
}

/** Returns the command-line options. Invalid options terminate the process with the list of valid options. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: policyNames.join(',') },
        peers: { type: 'string', default: Object.keys(peers).join(',') },
        folder: { type: 'string' },
        regorus: { type: 'string' },
        sizes: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit();
    }
    return {
      ...values,
      only: namesIn(values.only, policyNames, 'policy'),
      peers: values.peers === 'none' ? [] : namesIn(values.peers, Object.keys(peers), 'peer'),
    };
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function namesIn(text, known, kind) {
  const names = text.split(',');
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no ${kind} ${unknown.join(', ')}.`);
  return names;
}
