import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COMPILE_CACHE } from '../support/compile-cache';
import { Installation } from '../support/installation';
import { readMadeSecrets } from '../support/made-secrets';

const PROGRAM = path.resolve(__dirname, '../../dist/bundle/src/cli/main.js');
const TENANTS = 6;
const APPS = 8;
const FLAGS = 10;

/** The number of changes after which the command is killed. Some of each kind are then done, and some are not. */
const KILLED_AFTER = 60;

let installations: readonly Installation[] = [];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'configuration-kill-'));
  writeFileSync(path.join(folder, 'platform.yaml'), JSON.stringify(configuration()));
  installations = [await Installation.start({ layout: 'all' }), await Installation.start({ layout: 'all' })];
});

afterAll(async () => {
  for (const installation of installations) await installation.remove();
  rmSync(folder, { recursive: true, force: true });
});

function configuration(): object {
  const named = <T>(count: number, name: string, value: (at: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}${at}`, value(at)]));
  const variants = { on: true, off: false };
  const tenants = named(TENANTS, 'tenant-', (at) => ({
    name: `Tenant ${at}`,
    scopes: { 'orders.read': { description: 'Read orders' } },
    apps: named(APPS, 'App ', () => ({ declared_scopes: ['orders.read'] })),
    flags: named(FLAGS, 'flag-', () => ({ state: 'ENABLED', variants, defaultVariant: 'on' })),
  }));
  return { version: 1, name: 'kill', tenants };
}

interface Applying {
  readonly command: string;
  readonly options: readonly string[];
}

function environmentFor({ controlPlaneUrl, backendUrl, secrets }: Installation): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...COMPILE_CACHE,
    CPOD_URL: backendUrl,
    CPOD_CONTROL_PLANE_URL: controlPlaneUrl,
    CPOD_API_KEY: secrets.controlPlaneToken,
  };
}

function run(installation: Installation, { command, options }: Applying): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, command, ...options], {
    cwd: folder,
    env: environmentFor(installation),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} exited with ${status}: ${stderr}`);
  return stdout;
}

/** Applies the configuration, and kills the command with SIGKILL after {@link KILLED_AFTER} changes. */
async function applyAndKill(installation: Installation, options: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, 'apply', ...options], {
    cwd: folder,
    env: environmentFor(installation),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  let reported = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    reported += text;
    if (reported.split('\n').length > KILLED_AFTER) child.kill('SIGKILL');
  });
  expect(await ended).toBe('SIGKILL');
}

it('reaches the same state after kill -9 in the middle, and loses no secret', async () => {
  const [killed, whole] = installations;
  if (killed === undefined || whole === undefined) throw new Error('There are no installations.');
  const options = ['-f', 'platform.yaml', '--yes', '--secrets-out'];
  await applyAndKill(killed, [...options, 'killed.jsonl']);
  expect(run(killed, { command: 'apply', options: [...options, 'killed.jsonl'] })).toContain('Done: ');
  run(whole, { command: 'apply', options: [...options, 'whole.jsonl'] });

  expect(run(killed, { command: 'plan', options: ['-f', 'platform.yaml'] })).toContain('No changes');
  for (const [installation, out] of [
    [killed, 'export-killed'],
    [whole, 'export-whole'],
  ] as const) {
    run(installation, { command: 'export', options: ['--out', out] });
  }
  const exported = (name: string): string => readFileSync(path.join(folder, name, 'platform.yaml'), 'utf8');
  expect(exported('export-killed')).toBe(exported('export-whole'));

  const secrets = new Map(
    readMadeSecrets(path.join(folder, 'killed.jsonl')).map((made) => [`${made.tenant}/${made.key}`, made]),
  );
  expect(secrets.size).toBe(TENANTS * APPS);
  for (const made of secrets.values()) {
    expect(await killed.token(made.client_id, made.client_secret ?? '', 'orders.read')).toEqual(expect.any(String));
  }
});
