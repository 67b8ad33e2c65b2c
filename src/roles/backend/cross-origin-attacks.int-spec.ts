import { openBackend, type TestBackend } from '../../../test/support/backend';
import { openControlPlane } from '../../../test/support/control-plane';
import { openStream } from '../../../test/support/event-source';
import { eventually } from '../../../test/support/eventually';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { rawRequest } from '../../../test/support/raw-http';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant, tokenOf } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { localForwarder } from '../http/control-plane-forwarder';

const APP = 'https://app.example.com';
/** Listed by an app of another tenant. */
const OTHER_APP = 'https://other.example.com';
const SCOPE = 'admin events.read files.read files.write projects.read projects.write skills.run scim';
const TUS = { 'tus-resumable': '1.0.0' };

let database: TestDatabase;
let core: TestCore;
let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
let surface: TestBackend;
let a: TestTenant;
let b: TestTenant;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  controlPlane = await openControlPlane(core);
  surface = await openBackend(core, localForwarder(controlPlane.listener));
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  await allow(a, [APP]);
  await allow(b, [OTHER_APP]);
  token = await tokenOf(core, a, { scope: SCOPE });
});

afterAll(async () => {
  await surface.close();
  await controlPlane.close();
  await core.close();
  await database.drop();
});

const apps = (): AppsPort => core.context.get(AppsPort);
const by = ({ id }: TestTenant) => systemContext(newId('req'), id);

function allow(tenant: TestTenant, origins: readonly string[]): Promise<unknown> {
  return apps().update(by(tenant), tenant.clientId, { allowed_origins: [...origins] });
}

const from = (origin: string, path: string, options: Call = { token }): Promise<Answer<unknown>> =>
  call(surface.url + path, { ...options, headers: { origin, ...options.headers } });

const readableFor = ({ headers }: Answer<unknown>): string | null => headers.get('access-control-allow-origin');

/** Sends a request whose header lines no HTTP client would send. */
function sendLines(method: string, path: string, lines: readonly string[]): Promise<Answer<unknown>> {
  const { host } = new URL(surface.url);
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines];
  return rawRequest(surface.url, `${head.join('\r\n')}\r\n\r\n`);
}

function expectRefused(answer: Answer<unknown>, readable: string | null = null): void {
  expect(expectError(answer, 403, 'forbidden', { requestId: /^[\w-]+$/ }).reason).toBe('origin_not_allowed');
  expect(readableFor(answer)).toBe(readable);
  expect(answer.headers.get('vary')).toBe('Origin');
}

describe('an origin that resembles a listed one', () => {
  it.each([
    'HTTPS://app.example.com',
    'https://APP.example.com',
    'https://app.example.com.',
    'https://app.example.com:443',
    'https://app.example.com:8443',
    'https://app.example.com/',
    'https://app.example.com@stranger.example.com',
    'https://stranger.example.com#https://app.example.com',
    'https://xn--app-.example.com',
    'https://аpp.example.com',
    'app.example.com',
    '*',
    'null',
    'https://app.example.com https://stranger.example.com',
  ])('is refused: %s', async (origin) => {
    for (const [path, lines] of [
      ['/v1/projects', [`Authorization: Bearer ${token}`]],
      ['/v1/oauth/apps', [`Authorization: Bearer ${token}`]],
    ] as const) {
      expectRefused(await sendLines('GET', path, [`Origin: ${origin}`, ...lines]));
    }
    expectRefused(
      await sendLines('OPTIONS', '/v1/projects', [`Origin: ${origin}`, 'Access-Control-Request-Method: GET']),
    );
  });

  it('is refused if a listed origin precedes or follows it in a second header', async () => {
    for (const origins of [
      [APP, 'https://stranger.example.com'],
      ['https://stranger.example.com', APP],
    ]) {
      const lines = [...origins.map((origin) => `Origin: ${origin}`), `Authorization: Bearer ${token}`];
      expectRefused(await sendLines('GET', '/v1/projects', lines));
    }
  });

  it('is not the surface itself because the request has no Host header', async () => {
    const head = `GET /v1/projects HTTP/1.0\r\nOrigin: http://undefined\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    expectRefused(await rawRequest(surface.url, head));
  });
});

describe('every surface of the public port', () => {
  const upload = `/v1/files/uploads/${newId('upl')}`;

  it.each([
    ['GET', '/v1/projects', {}],
    ['HEAD', '/v1/projects', {}],
    ['GET', '/v1/events', { accept: 'text/event-stream' }],
    ['POST', '/mcp', { 'content-type': 'application/json' }],
    ['POST', '/v1/files/uploads', { ...TUS, 'upload-length': '1' }],
    ['HEAD', upload, TUS],
    ['PATCH', upload, { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }],
    ['DELETE', upload, TUS],
    ['POST', upload, { ...TUS, 'x-http-method-override': 'PATCH' }],
    ['POST', upload, { ...TUS, 'x-http-method-override': 'DELETE' }],
    ['PUT', '/v1/files/shared/by-a-page.txt', {}],
    ['GET', '/v1/oauth/apps', {}],
    ['HEAD', '/v1/oauth/apps', {}],
    ['GET', '/scim/v2/Users', {}],
    ['HEAD', '/scim/v2/Users', {}],
  ] as const)('refuses %s %s from pages that the app of the token does not list', async (method, path, headers) => {
    const ofMcp =
      path === '/mcp'
        ? { token: await tokenOf(core, a, { scope: 'skills.run', aud: 'http://localhost:8000/mcp' }) }
        : { token };
    for (const origin of [OTHER_APP, 'https://stranger.example.com', 'null']) {
      const answer = await from(origin, path, { ...ofMcp, method, headers });
      expect([method, path, origin, answer.status]).toEqual([method, path, origin, 403]);
      const isReadable = origin === OTHER_APP && !path.startsWith('/scim');
      expect(readableFor(answer)).toBe(isReadable ? OTHER_APP : null);
    }
    expect(
      await queryAs(database.adminUrl, 'SELECT id FROM files.uploads UNION ALL SELECT path FROM files.files'),
    ).toEqual([]);
  });

  it.each(['/v1/projects', '/v1/events', '/v1/oauth/apps'])(
    'ignores a WebSocket upgrade at %s, and checks the origin as usual',
    async (path) => {
      const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
      const lines = [...upgrade, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Authorization: Bearer ${token}`];
      expectRefused(await sendLines('GET', path, ['Origin: https://stranger.example.com', ...lines]));
    },
  );

  it('does not let a page of a public site into a private network', async () => {
    const asked = await from(APP, '/v1/projects', {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'GET', 'access-control-request-private-network': 'true' },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.has('access-control-allow-private-network')).toBe(false);
  });

  it('does not allow cookies, whoever asks', async () => {
    for (const path of ['/v1/projects', '/console/', '/oauth/console', '/v1/oauth/token', '/v1/files/signed']) {
      const answer = await from(APP, path, { headers: { cookie: 'coresdk_session=x' } });
      expect([path, answer.headers.has('access-control-allow-credentials')]).toEqual([path, false]);
    }
  });
});

describe('an allowed preflight, which browsers keep for two hours', () => {
  const preflight = (origin: string): Promise<Answer<unknown>> =>
    from(origin, '/v1/projects', { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } });

  it('is not kept by shared caches', async () => {
    for (const origin of [APP, 'https://stranger.example.com']) {
      const { headers } = await preflight(origin);
      expect([headers.get('vary'), headers.get('cache-control')]).toEqual(['Origin', 'no-store']);
    }
  });

  it('does not help after the app has removed the origin, or is deleted', async () => {
    const origin = 'https://passing.example.com';
    const scopes = { declared_scopes: ['projects.read'] };
    const { client_id: id } = await apps().register(
      by(a),
      newApp.parse({ name: 'Passing', ...scopes, allowed_origins: [origin] }),
    );
    const own = await tokenOf(core, a, { scope: 'projects.read', client_id: id, app_id: id, sub: id });
    expect((await preflight(origin)).status).toBe(204);
    expect((await from(origin, '/v1/projects', { token: own })).status).toBe(200);
    await apps().update(by(a), id, { allowed_origins: [] });
    expectRefused(await from(origin, '/v1/projects', { token: own }));
    await apps().update(by(a), id, { allowed_origins: [origin] });
    expect((await preflight(origin)).status).toBe(204);
    await apps().remove(by(a), id);
    expectError(await from(origin, '/v1/projects', { token: own }), 401, 'unauthorized');
  });

  it('does not keep a stream open after the app has removed the origin', async () => {
    const origin = 'https://streaming.example.com';
    await allow(a, [APP, origin]);
    const open = (headers: Readonly<Record<string, string>>) =>
      openStream(`${surface.url}/v1/events`, { token, headers });
    const [page, server] = [await open({ origin }), await open({})];
    try {
      expect([page.response.status, server.response.status]).toEqual([200, 200]);
      let isOver = false;
      void page.ended.then(() => (isOver = true));
      await allow(a, [APP]);
      await eventually(() => expect(isOver).toBe(true));
      // A caller that is not a page still follows the events.
      const { client_id: id } = await apps().register(by(a), newApp.parse({ name: 'Later' }));
      await eventually(() => expect(server.events.map(({ data }) => data).join()).toContain(id));
    } finally {
      for (const stream of [page, server]) stream.close();
    }
  });
});

describe('two tenants whose apps list the same origin', () => {
  const shared = 'https://shared.example.com';

  it('do not get access through each other', async () => {
    await allow(b, [OTHER_APP, shared]);
    expectRefused(await from(shared, '/v1/projects'), shared);
    const own = await tokenOf(core, b, { scope: 'projects.read' });
    expect((await from(shared, '/v1/projects', { token: own })).status).toBe(200);
    // A made-up client id in the token of an existing tenant has no origins either.
    const madeUp = await tokenOf(core, b, { scope: 'projects.read', app_id: 'app-made-up', client_id: 'app-made-up' });
    expectRefused(await from(shared, '/v1/projects', { token: madeUp }), shared);
    await allow(a, [APP, shared]);
    expect((await from(shared, '/v1/projects')).status).toBe(200);
    await allow(b, [OTHER_APP]);
    expect((await from(shared, '/v1/projects')).status).toBe(200);
    expectRefused(await from(shared, '/v1/projects', { token: own }), shared);
    await allow(a, [APP]);
  });
});
