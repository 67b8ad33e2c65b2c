import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { bundleOf } from '../../../../test/support/make-tar.js';
import { fileDigest } from '../../bundle/structured-digest.js';
import {
  type TestServer,
  startPeer,
  startTestServer,
  stopAll,
  temporaryFolder,
  unusedPort,
  until,
} from '../test-support.js';

afterEach(stopAll);

const QUICK = { polling: { min_delay_seconds: 0.01, max_delay_seconds: 0.02 } };

interface Served {
  bundle: Buffer | number | 'stall';
  readonly requests: IncomingMessage[];
}

/** Starts a server with one bundle, which tests can replace. */
async function bundleServer(bundle: Served['bundle']): Promise<{ readonly url: string; readonly served: Served }> {
  const served: Served = { bundle, requests: [] };
  const { url } = await startPeer((request, response) => {
    served.requests.push(request);
    const { bundle: current } = served;
    if (current === 'stall') return;
    if (typeof current === 'number') {
      response.writeHead(current).end();
      return;
    }
    const etag = `"${fileDigest('SHA-256', 'x', current).slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(current);
  });
  return { url, served };
}

const bundle = (
  value: number,
  manifest: unknown = { revision: `r${value}`, roots: ['a'] },
  more: Record<string, string> = {},
): Buffer => bundleOf({ '.manifest': JSON.stringify(manifest), 'a/p.rego': `package a\n\np := ${value}`, ...more });

const started = (
  url: string,
  members: Record<string, unknown> = {},
  options: Record<string, unknown> = {},
): Promise<TestServer> =>
  startTestServer({
    config: {
      services: { s: { url, ...(members['service'] as object | undefined) } },
      bundles: { main: { ...QUICK, ...(members['bundle'] as object | undefined) } },
      status: {},
      ...(members['config'] as object | undefined),
    },
    ...options,
  });

const decides = async ({ ask }: TestServer, value: number): Promise<boolean> =>
  (await ask('GET', '/v1/data/a/p')).text === `{"result":${value}}\n`;
const failures = ({ log }: TestServer): string[] =>
  log.filter(({ level }) => level === 'error').map(({ err }) => String(err));
const hasFailed = (server: TestServer, why: RegExp): boolean => failures(server).some((err) => why.test(err));

describe('a bundle from a server', () => {
  it('is downloaded with credentials, and downloaded again only if it has changed', async () => {
    const { url, served } = await bundleServer(bundle(1));
    const server = await started(url, {
      service: { credentials: { bearer: { token: 'secret' } }, headers: { 'X-Who': 'me' } },
    });
    await until(() => decides(server, 1));
    const asked = served.requests.length;
    await until(() => served.requests.length > asked + 2);
    const [first, ...others] = served.requests;
    expect(first).toMatchObject({
      url: '/bundles/main',
      headers: { authorization: 'Bearer secret', 'x-who': 'me', prefer: 'modes=snapshot' },
    });
    expect(first?.headers['if-none-match']).toBeUndefined();
    expect(others.at(-1)?.headers['if-none-match']).toMatch(/^"[0-9a-f]{16}"$/);
    expect(server.log.filter(({ msg }) => msg === 'Bundle loaded and activated successfully.')).toHaveLength(1);
    served.bundle = bundle(2);
    await until(() => decides(server, 2));
    expect((await server.ask('GET', '/v1/data/a/p?provenance')).json).toMatchObject({
      provenance: { bundles: { main: { revision: 'r2' } } },
    });
    expect((await server.ask('GET', '/v1/data/system/bundles')).json).toEqual({
      result: {
        main: {
          etag: expect.stringMatching(/^"[0-9a-f]{16}"$/) as unknown,
          manifest: { revision: 'r2', roots: ['a'] },
        },
      },
    });
    expect((await server.ask('GET', '/v1/status')).json).toMatchObject({
      result: {
        bundles: { main: { name: 'main', active_revision: 'r2', type: 'snapshot' } },
        plugins: { bundle: { state: 'OK' } },
      },
    });
  });

  it.each<[string, Served['bundle'], RegExp]>([
    ['does not compile', bundle(2, { roots: ['a'] }, { 'a/q.rego': 'package a\n\nq if x' }), /var x is unsafe/],
    ['is not a bundle', Buffer.from('no bundle'), /not a gzip file/],
    ['is damaged', bundle(2).subarray(0, 60), /damaged or cut off/],
    [
      'is a delta bundle',
      bundle(2, { roots: ['a'] }, { 'patch.json': '{"data": []}' }),
      /delta bundles are not supported/,
    ],
    [
      'has a package outside its roots',
      bundle(2, { roots: ['b'] }),
      /manifest roots \[b\] do not permit 'package a' in module 'main\/a\/p.rego'/,
    ],
    [
      'has data outside its roots',
      bundle(2, { roots: ['a'] }, { 'b/data.json': '1' }),
      /do not permit data at path '\/b'/,
    ],
    ['has nested roots', bundle(2, { roots: ['a', 'a/b'] }), /manifest has overlapped roots/],
    ['contains Rego v0', bundle(2, { roots: ['a'], rego_version: 0 }), /rego_version must be 1/],
    ['cannot be downloaded', 500, /HTTP 500/],
  ])('keeps the previous revision if it %s', async (_what, broken, why) => {
    const { url, served } = await bundleServer(bundle(1));
    const server = await started(url);
    await until(() => decides(server, 1));
    served.bundle = broken;
    await until(() => hasFailed(server, why));
    expect(await decides(server, 1)).toBe(true);
    const { json } = await server.ask('GET', '/v1/status');
    expect(json).toMatchObject({ result: { bundles: { main: { active_revision: 'r1', code: 'bundle_error' } } } });
    expect(await server.ask('GET', '/health?bundles')).toMatchObject({ status: 200 });
    served.bundle = bundle(3);
    await until(() => decides(server, 3));
  });

  it('keeps the previous revision if the download times out', async () => {
    const { url, served } = await bundleServer(bundle(1));
    const server = await started(url, { service: { response_header_timeout_seconds: 0.05 } });
    await until(() => decides(server, 1));
    served.bundle = 'stall';
    await until(() => hasFailed(server, /did not respond within 50 ms/));
    expect(await decides(server, 1)).toBe(true);
  });

  it('is refused if it exceeds the size limit', async () => {
    const { url } = await bundleServer(
      bundle(1, { roots: ['a'] }, { 'a/data.json': JSON.stringify({ x: 'x'.repeat(1e6) }) }),
    );
    const server = await started(url, { bundle: { ...QUICK, size_limit_bytes: 10_000 } });
    await until(() => hasFailed(server, /at most/));
  });

  it('must be active for the health checks of bundles and plugins to succeed', async () => {
    const { url, served } = await bundleServer(404);
    const server = await started(url);
    expect(await server.ask('GET', '/health')).toMatchObject({ status: 200 });
    expect(await server.ask('GET', '/health?bundles')).toMatchObject({
      status: 500,
      text: '{"error":"one or more bundles are not activated: main"}\n',
    });
    expect(await server.ask('GET', '/health?plugins')).toMatchObject({
      status: 500,
      text: '{"error":"one or more plugins are not up"}\n',
    });
    expect(await server.ask('GET', '/health?plugins&exclude-plugin=bundle')).toMatchObject({ status: 200 });
    served.bundle = bundle(1);
    await until(async () => (await server.ask('GET', '/health?bundles=true&plugins')).status === 200);
    await expect(started((await bundleServer(404)).url, {}, { readyTimeoutMs: 50 })).rejects.toThrow(
      /not ready after 0.05 s/,
    );
  });

  it('owns its roots, which no other writer can change', async () => {
    const { url } = await bundleServer(bundle(1, { roots: ['a'] }, { 'a/list/data.json': '[1]' }));
    const server = await started(url);
    await until(() => decides(server, 1));
    const owned = { status: 400, json: { code: 'invalid_parameter', message: 'path a/x is owned by bundle "main"' } };
    expect(await server.ask('PUT', '/v1/data/a/x', 1)).toMatchObject(owned);
    expect(await server.ask('PUT', '/v1/data', {})).toMatchObject({
      status: 400,
      json: { message: "can't write to document root with bundle roots configured" },
    });
    expect(await server.ask('PUT', '/v1/policies/x', 'package a.b')).toMatchObject({ status: 400 });
    expect(await server.ask('DELETE', '/v1/policies/main/a/p.rego')).toMatchObject({ status: 400 });
    expect(await server.ask('PUT', '/v1/data/b', 1)).toMatchObject({ status: 204 });
    expect((await server.ask('GET', '/v1/data/a')).json).toEqual({ result: { list: [1], p: 1 } });
  });

  it('cannot own the roots of a different bundle', async () => {
    const { url } = await bundleServer(bundle(1));
    const server = await started(url, { config: { bundles: { main: QUICK, other: { ...QUICK, resource: 'x' } } } });
    await until(() =>
      hasFailed(server, /detected overlapping roots in manifests for these bundles: \[\w+, \w+\] \(a\)/),
    );
    expect(await decides(server, 1)).toBe(true);
  });
});

describe('a persisted bundle', () => {
  it('is used after a restart if its server is down', async () => {
    const folder = temporaryFolder();
    const { url, served } = await bundleServer(bundle(1));
    const members = { bundle: { ...QUICK, persist: true }, config: { persistence_directory: folder } };
    const first = await started(url, members);
    await until(() => existsSync(path.join(folder, 'bundles/main/bundle.tar.gz')));
    await first.server.stop(1_000);
    served.bundle = 500;
    const second = await started(url, members);
    expect(await decides(second, 1)).toBe(true);
    expect(await second.ask('GET', '/health?bundles')).toMatchObject({ status: 200 });
    await until(() => hasFailed(second, /HTTP 500/));
    const third = await started(`http://127.0.0.1:${await unusedPort()}`, members);
    expect(await decides(third, 1)).toBe(true);
  });
});

describe('a signed bundle', () => {
  const files = { '.manifest': '{"roots": ["a"]}', 'a/p.rego': 'package a\n\np := 1' };
  const sign = (secret: string, content: Readonly<Record<string, string>> = files): Buffer => {
    const listed = Object.entries(content).map(([name, text]) => ({
      name,
      hash: fileDigest('SHA-256', name, Buffer.from(text)),
      algorithm: 'SHA-256',
    }));
    const parts = [{ alg: 'HS256', kid: 'k' }, { files: listed }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const token = `${parts}.${createHmac('sha256', secret).update(parts).digest('base64url')}`;
    return bundleOf({ ...files, '.signatures.json': JSON.stringify({ signatures: [token] }) });
  };
  const keys = { keys: { k: { algorithm: 'HS256', key: 'secret' } } };

  it('is activated if its signature is valid', async () => {
    const { url } = await bundleServer(sign('secret'));
    const server = await started(url, { bundle: { ...QUICK, signing: { keyid: 'k' } }, config: keys });
    await until(() => decides(server, 1));
  });

  it.each<[string, Buffer]>([
    ['from a different key', sign('wrong')],
    ['over other files', sign('secret', { ...files, 'a/p.rego': 'package a\n\np := 2' })],
    ['over fewer files', sign('secret', { '.manifest': files['.manifest'] })],
    ['that is missing', bundleOf(files)],
  ])('is not activated with a signature %s', async (_what, archive) => {
    const { url } = await bundleServer(archive);
    const server = await started(url, { bundle: { ...QUICK, signing: { keyid: 'k' } }, config: keys });
    await until(() => hasFailed(server, /signature is not valid|missing .signatures.json/));
    expect((await server.ask('GET', '/v1/data/a')).text).toBe('{}\n');
  });
});

describe('a bundle on disk', () => {
  it('is reloaded when it changes', async () => {
    const file = path.join(temporaryFolder(), 'bundle.tar.gz');
    writeFileSync(file, bundle(1));
    const server = await startTestServer({ config: { bundles: { main: { ...QUICK, resource: `file://${file}` } } } });
    await until(() => decides(server, 1));
    writeFileSync(file, bundle(22));
    await until(() => decides(server, 22));
  });

  it('can be a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'a'));
    writeFileSync(path.join(folder, 'a/p.rego'), 'package a\n\np := data.a.x.z');
    writeFileSync(path.join(folder, 'a/data.yaml'), 'x:\n  z: 7\n');
    const server = await startTestServer({ config: { bundles: { main: { ...QUICK, resource: `file://${folder}` } } } });
    await until(() => decides(server, 7));
  });
});
