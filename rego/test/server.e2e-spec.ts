import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { builtPackage } from '../../test/support/built-package.js';

let folder: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rego-run-'));
  writeFileSync(path.join(folder, 'a.rego'), 'package a\n\np := input.x + data.y');
  writeFileSync(path.join(folder, 'data.json'), '{"y": 1}');
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Starts `rego run --server` and waits until it listens. */
async function serve(...args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const program = path.join(builtPackage('rego'), 'dist/esm/cli/main.js');
  const child = spawn(process.execPath, [program, 'run', '--server', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  for await (const line of createInterface({ input: child.stderr })) {
    const { msg, addrs } = JSON.parse(line) as { msg: string; addrs?: readonly string[] };
    if (msg === 'Initializing server.') return { child, url: addrs?.[0] ?? '' };
  }
  throw new Error('the server has ended');
}

it('serves files until it receives SIGTERM', async () => {
  const { child, url } = await serve('--addr', '127.0.0.1:0', folder);
  const answer = await fetch(`${url}/v1/data/a/p?provenance`, { method: 'POST', body: '{"input": {"x": 41}}' });
  const { version } = JSON.parse(readFileSync(path.join(builtPackage('rego'), 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await answer.json()).toMatchObject({ result: 42, provenance: { version } });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('serves on a Unix socket', async () => {
  const socketPath = path.join(folder, 'rego.sock');
  const { child, url } = await serve('--addr', `unix://${socketPath}`, '--bundle', folder);
  expect(url).toBe(`unix://${socketPath}`);
  const status = await new Promise((resolve) => {
    request({ socketPath, path: '/health?bundles' }, (answer) => {
      resolve(answer.resume().statusCode);
    }).end();
  });
  expect(status).toBe(200);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('serves TLS', async () => {
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => path.join(folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key ?? '',
      '-out',
      cert ?? '',
      ...subject,
    ],
    { stdio: 'pipe' },
  );
  const { url } = await serve(
    '--addr',
    '127.0.0.1:0',
    '--tls-cert-file',
    cert ?? '',
    '--tls-private-key-file',
    key ?? '',
  );
  expect(url).toMatch(/^https:/);
  const status = await new Promise((resolve, reject) => {
    const { port } = new URL(url);
    get(
      { host: '127.0.0.1', servername: 'localhost', port, path: '/health', ca: readFileSync(cert ?? '') },
      (answer) => {
        resolve(answer.resume().statusCode);
      },
    ).on('error', reject);
  });
  expect(status).toBe(200);
});

it.each([
  [['--addr', 'nowhere'], /The address "nowhere" must be <host>:<port>/],
  [['none'], /There is no file or folder none/],
  [['--set', 'discovery.name=x'], /discovery: is not supported/],
])('reports the error in %j and exits', async (args, message) => {
  const program = path.join(builtPackage('rego'), 'dist/esm/cli/main.js');
  const child = spawn(process.execPath, [program, 'run', '--server', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toMatch(message);
});
