import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median } from '../lib/numbers.mjs';
import { end } from '../lib/processes.mjs';

export const title =
  'Configuration as code: 50 tenants, 500 apps, 100 policy files and 1,000 flags; the second installation applies the export of the first';

const TENANTS = 50;
const APPS = 10;
const FLAGS = 20;
const APPLY_MS = 60_000;
const PLAN_MS = 3_000;
const PLANS = 5;

export async function run(bench) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-configuration-'));
  try {
    writeConfiguration(path.join(folder, 'given'));
    const first = await measured(bench, folder, 'given', 'first');
    const second = await measured(bench, folder, 'first', 'second');
    assertEqual(path.join(folder, 'first'), path.join(folder, 'second'));
    return [...first, ...second];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Applies a configuration to a new installation, plans it without changes, and exports it. @returns a row for each of the three */
async function measured(bench, folder, from, to) {
  const installation = bench.install();
  const all = await installation.all();
  const env = {
    ...process.env,
    CPOD_URL: all.backendUrl,
    CPOD_CONTROL_PLANE_URL: installation.url,
    CPOD_API_KEY: installation.controlPlaneToken,
  };
  const command = (...args) => timed(folder, env, args);
  const applyMs = command('apply', '-f', from, '--yes', '--secrets-out', `${to}.jsonl`);
  const planMs = median(Array.from({ length: PLANS }, () => command('plan', '-f', from)));
  const exportMs = command('export', '--out', to, '--name', 'bench');
  await end(all);
  const row = (what, p50Ms, limitMs) => ({
    contender: `${what}, ${to} installation`,
    p50Ms,
    target: `≤ ${limitMs / 1000} s`,
    met: p50Ms <= limitMs,
  });
  return [
    row('apply', applyMs, APPLY_MS),
    row('plan without changes', planMs, PLAN_MS),
    { contender: `export, ${to} installation`, p50Ms: exportMs },
  ];
}

/** Runs a command of the bundle. @returns its time, in milliseconds. Throws if it does not exit with 0, as a plan with changes does. */
function timed(cwd, env, args) {
  const start = performance.now();
  const program = path.resolve('dist/bundle/src/cli/main.js');
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`coresdk ${args.join(' ')} exited with ${status}: ${stderr.slice(-500)}`);
  return performance.now() - start;
}

function writeConfiguration(folder) {
  const tenants = named(TENANTS, 'tenant-', (at) => {
    const policy = `policies/tenant-${at}`;
    mkdirSync(path.join(folder, policy), { recursive: true });
    writeFileSync(path.join(folder, policy, 'roles.rego'), `package app.roles\n\nadmins := {"usr-${at}", "usr-1"}\n`);
    writeFileSync(
      path.join(folder, policy, 'authz.rego'),
      'package app.authz\n\nimport data.app.roles\n\ndefault allow := false\n\nallow if roles.admins[input.user.id]\n',
    );
    const variants = { on: true, off: false };
    return {
      name: `Tenant ${at}`,
      apps: named(APPS, 'App ', () => ({ declared_scopes: ['projects.read', 'files.read'] })),
      flags: named(FLAGS, 'flag-', () => ({ state: 'ENABLED', variants, defaultVariant: 'on' })),
      policy: { folder: policy },
    };
  });
  writeFileSync(path.join(folder, 'platform.yaml'), JSON.stringify({ version: 1, name: 'bench', tenants }));
}

function named(count, name, value) {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}${at}`, value(at)]));
}

/** Throws unless two folders contain the same files with the same bytes. */
function assertEqual(one, other) {
  const filesIn = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort();
  const names = filesIn(one);
  const isSame =
    names.join() === filesIn(other).join() &&
    names.every((name) => readFileSync(path.join(one, name)).equals(readFileSync(path.join(other, name))));
  if (!isSame) throw new Error('The exports of the two installations differ.');
}
