import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../support/test-database';
import { byPort } from '../support/test-server';
import { linkTree, replayDockerfile, startInImage, type ReplayedImage } from '../support/dockerfile-replay';

const checkout = path.join(__dirname, '../..');
const startTimeoutMs = 60_000;

/**
 * This test does not need a Docker engine. It shows that the steps of the Dockerfile produce a program that starts, responds and stops as a
 * user other than root. `replayDockerfile` documents its limits. As a further limit, this test does not run `npm ci` again. Instead, it
 * links the checkout's node_modules, which `npm run build` checks against the lock file. The build continues from the checkout's build: it
 * reads and resolves every source in the image, and writes the differences.
 */
describe('the image', () => {
  let target: string;
  let image: ReplayedImage;

  beforeAll(() => {
    target = realpathSync(mkdtempSync(path.join(tmpdir(), 'coresdk-image-')));
    // The image's user needs access; mkdtemp makes folders for the caller only.
    chmodSync(target, 0o755);
    image = replayDockerfile(readFileSync(path.join(checkout, 'Dockerfile'), 'utf8'), {
      context: checkout,
      target,
      standIns: { 'npm ci': takeInstalledAndBuilt },
    });
  });

  afterAll(() => {
    rmSync(target, { recursive: true, force: true });
  });

  test('contains the files needed at run time, without sources, tools or tests', () => {
    const app = path.join(image.root, 'app');
    const isThere = (name: string) => existsSync(path.join(app, name));
    expect(
      [
        'dist/bundle/src/main.js',
        'dist/docs/index.html',
        'dist/docs/api.html',
        'node_modules/@nestjs/core',
        'proto',
        'policies',
        'package.json',
      ].filter((name) => !isThere(name)),
    ).toEqual([]);
    expect(
      [
        ...['src', 'test', '.env', '.git', 'node_modules/typescript', 'node_modules/.bin/node'],
        ...['node_modules/@scalar/api-reference', 'node_modules/swagger-ui-dist'],
      ].filter(isThere),
    ).toEqual([]);
  });

  test('starts as a non-root user, passes its health check, and stops on SIGTERM', async () => {
    // Production has its own database; the embedded database needs a user that this machine might not have.
    const database = await createTestDatabase();
    const health = await freePort();
    const auditKey = path.join(target, 'audit-signing-key.pem');
    writeFileSync(auditKey, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const env = {
      ROLE: 'all',
      HEALTH_PORT: String(health),
      PORT: String(await freePort()),
      CONTROL_PLANE_PORT: String(await freePort()),
      CORESDK_SIDECAR_ADDR: `127.0.0.1:${await freePort()}`,
      // Production refuses generated secrets.
      MASTER_KEY: randomBytes(32).toString('base64'),
      CONTROL_PLANE_TOKEN: randomBytes(32).toString('base64url'),
      AUDIT_SIGNING_KEY_FILE: auditKey,
      DATABASE_URL: byPort(database.appUrl),
      DATABASE_MIGRATION_URL: byPort(database.ownerUrl),
    };
    const server = startInImage(image, image.cmd, env);
    const exited = once(server, 'exit');
    let log = '';
    server.stdout?.on('data', (chunk) => (log += String(chunk)));
    server.stderr?.on('data', (chunk) => (log += String(chunk)));
    try {
      const answer = await firstAnswer(`http://127.0.0.1:${health}/healthz`, () => server.exitCode !== null);
      if (answer === undefined) throw new Error(`The image did not start:\n${log}`);
      expect(answer).toEqual({ status: 'ok' });
      if (process.getuid?.() === 0) expect(ownerOf(server.pid)).toBe(1000);

      const [healthcheckCode] = (await once(startInImage(image, image.healthcheck, env), 'exit')) as [number];
      expect(healthcheckCode).toBe(0);

      server.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`The image stopped with ${String(code)}:\n${log}`);
      const [codeWhenDown] = (await once(startInImage(image, image.healthcheck, env), 'exit')) as [number];
      expect(codeWhenDown).toBe(1);
    } finally {
      server.kill('SIGKILL');
      await database.drop();
    }
  });
});

function takeInstalledAndBuilt(workdir: string): void {
  const installed = path.join(checkout, 'node_modules');
  const linked = path.join(workdir, 'node_modules');
  linkTree(installed, linked);
  // `npm prune` rewrites this file in place, and the change must not reach the checkout's file through the link.
  rmSync(path.join(linked, '.package-lock.json'));
  copyFileSync(path.join(installed, '.package-lock.json'), path.join(linked, '.package-lock.json'));
  rmSync(path.join(linked, '.cache'), { recursive: true, force: true });
  const built = path.join(checkout, 'dist');
  if (existsSync(built)) cpSync(built, path.join(workdir, 'dist'), { recursive: true });
}

async function firstAnswer(url: string, hasEnded: () => boolean): Promise<unknown> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && !hasEnded()) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return response.json();
    await sleep(100);
  }
  return undefined;
}

function ownerOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
