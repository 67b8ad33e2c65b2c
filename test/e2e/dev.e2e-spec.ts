import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyCheckout } from '../support/copied-checkout.cjs';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';

const SAID = 'This path does not exist.';

let folder: string;
let dev: ChildProcess;
let output = '';
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-dev-'));
  // If this user is root, PostgreSQL runs as a different user.
  await chmod(folder, 0o755);
  copyCheckout(folder);
  const [port, controlPlane, health, grpc] = await freePorts(4);
  url = `http://127.0.0.1:${port}/nothing`;
  dev = spawn(process.execPath, ['scripts/run.mjs', 'dev'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      CONTROL_PLANE_PORT: String(controlPlane),
      HEALTH_PORT: String(health),
      CORESDK_SIDECAR_ADDR: `127.0.0.1:${grpc}`,
    },
  });
  for (const stream of [dev.stdout, dev.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await eventually(async () => expect(await errorDescription()).toBe(SAID));
}, 240_000);

afterAll(() => {
  dev.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Returns the error description for an unknown path, or an empty string while the product does not respond. */
async function errorDescription(): Promise<string> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } }).catch(() => null);
  return answer === null ? '' : ((await answer.json()) as { error_description: string }).error_description;
}

/** Changes a string wherever it occurs in the code. @returns the files. */
function change(before: string, after: string): readonly string[] {
  const names = readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /(?<!spec)\.ts$/.test(name)).map((name) => path.join('src', name));
  return files.filter((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    if (text.includes(before)) writeFileSync(path.join(folder, file), text.replaceAll(before, after));
    return text.includes(before);
  });
}

function postmaster(): string {
  return readFileSync(path.join(folder, '.data/postgres/postmaster.pid'), 'utf8').split('\n')[0] ?? '';
}

describe('npm run dev', () => {
  it('restarts the product after a change, on the same database', async () => {
    const database = postmaster();
    change(SAID, 'Nobody lives here.');
    await eventually(async () => expect(await errorDescription()).toBe('Nobody lives here.'));
    await eventually(() => expect(output).toMatch(/restarted in [\d.]+ (s|ms)/));
    expect(postmaster()).toBe(database);
  });

  it('reports a TypeScript error, and keeps the previous version running', async () => {
    const [file] = change("'Nobody lives here.'", "'Nobody lives here.");
    await eventually(() => expect(output).toMatch(new RegExp(`${file}:\\d+: Unterminated string constant`)));
    // A restart for the last of the previously changed files might still be pending.
    await eventually(async () => expect(await errorDescription()).toBe('Nobody lives here.'));
    change("'Nobody lives here.", "'Somebody lives here.'");
    await eventually(async () => expect(await errorDescription()).toBe('Somebody lives here.'));
  });

  it('stops all processes that it started', async () => {
    const database = Number(postmaster());
    dev.kill('SIGINT');
    const [code] = (await once(dev, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await errorDescription()).toBe('');
    // By now, it is the child of another process, which still has to collect its exit code.
    await eventually(() => expect(() => process.kill(database, 0)).toThrow('ESRCH'));
  });
});
