/** `node rego/bench/server.mjs [--quick] [--only name,name] [--opa PROGRAM]`; see README.md. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { medians } from '../../test/bench/lib/numbers.mjs';
import { ask, load, postRequest } from './lib/http-client.mjs';
import { OPA_VERSION } from './lib/peers.mjs';
import { startServer } from './lib/server-process.mjs';

const CONNECTIONS = 8;
/** Servers run for days: the work of just-in-time compilers in the first seconds is not measured. */
const WARM_UP_SECONDS = 8;
const names = readdirSync(new URL('policies/', import.meta.url)).map((file) => path.basename(file, '.mjs'));
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'rbac,abac' },
    opa: { type: 'string' },
    json: { type: 'string' },
  },
});
const only = options.only.split(',');
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no policy ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exit(2);
}
const main = fileURLToPath(new URL('../dist/esm/cli/main.js', import.meta.url));
if (!existsSync(main)) {
  console.error('There is no rego/dist: run `npm run build` first.');
  process.exit(1);
}
const { rounds, seconds, warmUp } = options.quick
  ? { rounds: 1, seconds: 0.3, warmUp: 0.2 }
  : { rounds: 5, seconds: 4, warmUp: WARM_UP_SECONDS };
const folder = mkdtempSync(path.join(tmpdir(), 'rego-bench-server-'));
try {
  await run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  const servers = [{ name: 'rego run --server', argv: [process.execPath, main, 'run'] }, ...peers()];
  const rows = [];
  for (const name of only) rows.push(...(await rowsOf(name, servers)));
  print(rows);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
}

/** Returns OPA in Go: the program that `--opa` names, or one that is built here. */
function peers() {
  try {
    return [{ name: 'opa run --server', argv: [opaProgram(), 'run', '--skip-version-check'] }];
  } catch (error) {
    console.log(`opa run --server is skipped: ${error.message.split('\n')[0]}`);
    return [];
  }
}

function opaProgram() {
  const { opa } = options;
  if (opa !== undefined && spawnSync(opa, ['version'], { stdio: 'ignore' }).error) {
    throw new Error(`there is no program ${opa}`);
  }
  return opa ?? installOpa();
}

function installOpa() {
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
  const installed = spawnSync('go', ['install', `github.com/open-policy-agent/opa@${OPA_VERSION}`], { env });
  if (installed.error) throw new Error('go is not installed');
  if (installed.status !== 0)
    throw new Error(`go install failed: ${String(installed.stderr).trim().split('\n').at(-1)}`);
  return path.join(folder, 'opa');
}

/** Evaluates one policy with all servers in turn, each in a separate process, and returns the medians of several rounds. */
async function rowsOf(name, servers) {
  const scenario = await import(`./policies/${name}.mjs`);
  const place = path.join(folder, name);
  mkdirSync(place);
  writeFileSync(path.join(place, 'policy.rego'), scenario.policy);
  writeFileSync(path.join(place, 'data.json'), JSON.stringify(scenario.data));
  const runs = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries()) runs[index].push(await measure(server, place, scenario));
  }
  const figures = runs.map(medians);
  return servers.map(({ name: server }, index) => ({
    policy: name,
    server,
    ...figures[index],
    times: figures[index].cpuUs / figures[0].cpuUs,
  }));
}

async function measure({ name, argv }, place, { rule, decisions }) {
  const server = await startServer((port) => [
    ...argv,
    '--server',
    ...['--addr', `127.0.0.1:${port}`, '--log-level', 'error', place],
  ]);
  try {
    const target = `/v1/${rule.replaceAll('.', '/')}`;
    const requests = decisions.map(([input]) => postRequest(target, JSON.stringify({ input }), server.port));
    for (const [index, [, expected]] of decisions.entries()) {
      const { result = null } = JSON.parse(await ask(server.port, requests[index]));
      if (!isDeepStrictEqual(result, expected ?? null))
        throw new Error(`${name} decides wrongly: ${JSON.stringify(result)}`);
    }
    const { port } = server;
    await load({ port, requests, connections: CONNECTIONS, seconds: warmUp });
    const before = server.cpuSeconds();
    const { count, elapsed, times } = await load({ port, requests, connections: CONNECTIONS, seconds });
    return {
      rate: count / elapsed,
      cpuUs: ((server.cpuSeconds() - before) / count) * 1e6,
      p50Us: times[Math.floor(times.length / 2)],
      p99Us: times[Math.floor(times.length * 0.99)],
      rssMb: server.rssMb(),
    };
  } finally {
    await server.stop();
  }
}

function print(rows) {
  const whole = (number) => Math.round(number).toLocaleString('en');
  const columns = [
    ['policy', (row) => row.policy],
    ['server', (row) => row.server],
    ['per CPU s', (row) => whole(1e6 / row.cpuUs)],
    ['CPU µs', (row) => row.cpuUs.toFixed(1)],
    ['× ours', (row) => row.times.toFixed(2)],
    ['rate/s', (row) => whole(row.rate)],
    ['p50 µs', (row) => whole(row.p50Us)],
    ['p99 µs', (row) => whole(row.p99Us)],
    ['RSS MB', (row) => whole(row.rssMb)],
  ];
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, text]) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const pad = (text, index) => (index < 2 ? text.padEnd(widths[index]) : text.padStart(widths[index]));
  console.log(cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n'));
}
