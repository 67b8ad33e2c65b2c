import { openBackend, type TestBackend } from '../../../test/support/backend';
import { openControlPlane } from '../../../test/support/control-plane';
import { type Answer, call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant, tokenOf } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { type AppPatch, newApp } from '../../modules/apps/contract/apps.types';
import { TenantLifecyclePort } from '../../modules/tenants/contract/tenant-lifecycle.port';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import { TenantEraser } from '../../modules/tenants/tenant-eraser';
import { localForwarder } from '../http/control-plane-forwarder';

const ISSUER = 'http://localhost:8000';
const APP = 'https://app.example.com';
const OTHER_APP = 'https://other.example.com';
const EVERYWHERE = 'https://tools.example.com';
const STRANGER = 'https://stranger.example.com';
const SCOPE = 'admin projects.read projects.write skills.run';

let database: TestDatabase;
let core: TestCore;
let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
let surface: TestBackend;
let a: TestTenant;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { CORS_ORIGINS: EVERYWHERE });
  controlPlane = await openControlPlane(core);
  surface = await openBackend(core, localForwarder(controlPlane.listener));
  a = await makeTenant(core, 'a');
  await allow(a, [APP, 'capacitor://localhost']);
  await allow(await makeTenant(core, 'b'), [OTHER_APP]);
  token = await tokenOf(core, a, { scope: SCOPE });
});

afterAll(async () => {
  await surface.close();
  await controlPlane.close();
  await core.close();
  await database.drop();
});

function allow({ id, clientId }: TestTenant, origins: readonly string[]): Promise<unknown> {
  return core.context
    .get(AppsPort)
    .update(systemContext(newId('req'), id), clientId, { allowed_origins: [...origins] });
}

const preflight = (path: string, origin: string, headers = 'authorization,content-type'): Promise<Answer<unknown>> =>
  call(surface.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': headers,
    },
  });

const from = (origin: string, path = '/v1/projects', options: object = { token }): Promise<Answer<unknown>> =>
  call(surface.url + path, { ...options, headers: { origin } });

const readableFor = ({ headers }: Answer<unknown>): string | null => headers.get('access-control-allow-origin');

describe('a preflight', () => {
  it.each([
    '/v1/projects',
    '/v1/projects/prj-1',
    '/v1/files/a/b.txt',
    '/v1/files/uploads',
    '/v1/events',
    '/mcp',
    '/v1/oauth/apps',
    '/no/such/path',
  ])('of %s allows an origin that an app lists, and is cached', async (path) => {
    const answer = await preflight(path, APP, 'authorization,tus-resumable,x-custom');
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization,tus-resumable,x-custom',
      'access-control-max-age': '7200',
      vary: 'Origin',
    });
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it.each([APP, OTHER_APP, EVERYWHERE, 'capacitor://localhost'])('allows %s', async (origin) => {
    expect(readableFor(await preflight('/v1/projects', origin))).toBe(origin);
  });

  it.each([
    STRANGER,
    'null',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    `https://${'a'.repeat(300)}`,
  ])('does not allow %s, and says what to do', async (origin) => {
    const answer = await preflight('/v1/projects', origin);
    expectError(answer, 403, 'forbidden');
    expect(answer.body).toMatchObject({
      reason: 'origin_not_allowed',
      error_description: expect.stringContaining('Add it to "allowed_origins"'),
    });
    expect(readableFor(answer)).toBeNull();
  });

  it.each(['/v1/oauth/token', '/.well-known/openid-configuration', '/.well-known/jwks.json', '/openapi.json'])(
    'of %s, which is for every origin, allows strangers',
    async (path) => {
      const answer = await preflight(path, STRANGER, 'mcp-protocol-version');
      expect([answer.status, readableFor(answer)]).toEqual([204, '*']);
      expect(answer.headers.get('access-control-allow-headers')).toBe('mcp-protocol-version');
    },
  );

  it.each(['/scim/v2/Users', '/v1/oauth/introspect'])(
    'of %s, which is for servers, allows only the origins of the installation',
    async (path) => {
      expect((await preflight(path, APP)).status).toBe(403);
      expect((await preflight(path, EVERYWHERE)).status).toBe(204);
    },
  );

  it('is not needed by OPTIONS requests of other programs', async () => {
    expectError(await call(`${surface.url}/v1/projects`, { method: 'OPTIONS' }), 405, 'method_not_allowed');
  });
});

describe('a call from a page', () => {
  it.each([APP, EVERYWHERE])('of %s can read the response and its headers', async (origin) => {
    const answer = await from(origin);
    expect(answer.status).toBe(200);
    expect(readableFor(answer)).toBe(origin);
    expect(answer.headers.get('vary')).toBe('Origin');
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
    const named = ['ETag', 'RateLimit', 'RateLimit-Policy', 'Location', 'X-Request-Id', 'WWW-Authenticate'];
    expect(exposed).toEqual(expect.arrayContaining(named));
  });

  it('can read errors', async () => {
    for (const [path, options, status] of [
      ['/v1/projects', {}, 401],
      ['/v1/projects', { token: 'expired' }, 401],
      [`/v1/projects/${newId('prj')}`, { token }, 404],
      ['/v1/projects', { token, json: { name: '' } }, 400],
      ['/v1/oauth/apps/app-none', { token }, 404],
      ['/no/such/path', { token }, 404],
    ] as const) {
      const answer = await from(APP, path, options);
      expect([path, answer.status, readableFor(answer)]).toEqual([path, status, APP]);
      expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    }
  });

  it.each(['/v1/projects', '/v1/oauth/apps'])('of another app is refused at %s, readably', async (path) => {
    const answer = await from(OTHER_APP, path);
    expectError(answer, 403, 'forbidden');
    expect(readableFor(answer)).toBe(OTHER_APP);
    expect(answer.body).toMatchObject({
      reason: 'origin_not_allowed',
      error_description: expect.stringContaining(`The app ${a.clientId} does not list this origin: ${OTHER_APP}`),
    });
  });

  it.each(['/scim/v2/Users', '/v1/oauth/introspect'])('is refused at %s, which is for servers', async (path) => {
    const scim = await tokenOf(core, a, { scope: 'scim users.read users.write' });
    const answer = await from(APP, path, path.startsWith('/scim') ? { token: scim } : { token, form: { token } });
    expect(answer.status).toBe(403);
  });

  it.each(['/v1/projects', '/v1/oauth/apps'])('that no app lists is refused at %s and cannot read it', async (path) => {
    for (const origin of [STRANGER, 'null']) {
      const answer = await from(origin, path);
      expectError(answer, 403, 'forbidden');
      expect(readableFor(answer)).toBeNull();
    }
  });

  it('is refused before it changes anything, and the refusal is recorded', async () => {
    const project = { key: 'CORS', name: 'From a page' };
    const app = { client_id: 'app-of-a-page', name: 'From a page' };
    for (const [path, json, action] of [
      ['/v1/projects', project, 'project.create'],
      ['/v1/oauth/apps', app, 'app.register'],
    ] as const) {
      expectError(await from(OTHER_APP, path, { token, json }), 403, 'forbidden');
      const recorded = await queryAs(
        database.adminUrl,
        `SELECT outcome, reason FROM audit.events WHERE tenant_id = $1 AND action = $2 AND outcome = 'denied'`,
        [a.id, action],
      );
      expect(recorded).toEqual([{ outcome: 'denied', reason: 'origin_not_allowed' }]);
    }
    const created = `SELECT 1 FROM projects.projects WHERE key = 'CORS' UNION ALL SELECT 1 FROM apps.apps WHERE client_id = $1`;
    expect(await queryAs(database.adminUrl, created, [app.client_id])).toEqual([]);
  });

  it('of the installation itself needs no list', async () => {
    for (const path of ['/v1/projects', '/v1/oauth/apps']) {
      for (const origin of [ISSUER, new URL(surface.url).origin]) expect((await from(origin, path)).status).toBe(200);
    }
  });

  it('with an API key needs an origin that the app of the key lists', async () => {
    const made = await call<{ key: string }>(`${surface.url}/v1/credentials`, {
      token: await tokenOf(core, a, { scope: 'credentials.write projects.read' }),
      json: { name: 'Key', scopes: ['projects.read'] },
    });
    expect(made.status).toBe(201);
    const options = { token: made.body.key };
    expect((await from(APP, '/v1/projects', options)).status).toBe(200);
    expectError(await from(OTHER_APP, '/v1/projects', options), 403, 'forbidden');
  });

  it('reaches MCP if its app lists the origin', async () => {
    const options = { token: await tokenOf(core, a, { scope: 'skills.run', aud: `${ISSUER}/mcp` }), json: {} };
    for (const [origin, status] of [
      [APP, 406],
      [OTHER_APP, 403],
      [STRANGER, 403],
    ] as const) {
      expect([origin, (await from(origin, '/mcp', options)).status]).toEqual([origin, status]);
    }
  });
});

describe('a change of allowed_origins', () => {
  it('applies to the next preflight and the next call', async () => {
    const origin = 'https://late.example.com';
    expect((await preflight('/v1/projects', origin)).status).toBe(403);
    await allow(a, [APP, origin]);
    expect((await preflight('/v1/projects', origin)).status).toBe(204);
    expect((await from(origin)).status).toBe(200);
    await allow(a, [APP]);
    expect((await preflight('/v1/projects', origin)).status).toBe(403);
    expect((await from(origin)).status).toBe(403);
  });
});

describe('the origins of a tenant', () => {
  const shared = 'https://shared.example.com';
  const only = 'https://only.example.com';
  const statuses = (): Promise<readonly number[]> =>
    Promise.all([only, shared].map(async (origin) => (await preflight('/v1/projects', origin)).status));

  it('are listed while the tenant is active, and do not affect the same origin of another tenant', async () => {
    const [leaving, staying] = [await makeTenant(core, 'leaving'), await makeTenant(core, 'staying')];
    await allow(leaving, [only, shared]);
    await allow(staying, [shared]);
    expect(await statuses()).toEqual([204, 204]);
    const tenants = core.context.get(TenantsPort);
    await tenants.setStatus(systemContext(newId('req')), leaving.id, 'suspended');
    expect(await statuses()).toEqual([403, 204]);
    await tenants.setStatus(systemContext(newId('req')), leaving.id, 'active');
    expect(await statuses()).toEqual([204, 204]);
    await core.context
      .get(TenantLifecyclePort)
      .delete(systemContext(newId('req')), leaving.id, { confirm: leaving.slug, graceSeconds: 0 });
    expect(await statuses()).toEqual([403, 204]);
    await core.context.get(TenantEraser).wake();
    expect(await statuses()).toEqual([403, 204]);
  });
});

describe('the origins of a single-page app', () => {
  it('follow its redirect URIs until an administrator sets them', async () => {
    const apps = core.context.get(AppsPort);
    const context = systemContext(newId('req'), a.id);
    const update = async (patch: AppPatch): Promise<readonly string[]> =>
      (await apps.update(context, made.client_id, patch)).allowed_origins;
    const made = await apps.register(
      context,
      newApp.parse({ name: 'Page', app_type: 'spa', redirect_uris: ['https://one.example.com/in'] }),
    );
    expect(made.allowed_origins).toEqual(['https://one.example.com']);
    expect(await update({ redirect_uris: ['https://two.example.com/in'] })).toEqual(['https://two.example.com']);
    expect(await update({ allowed_origins: ['https://three.example.com'] })).toEqual(['https://three.example.com']);
    expect(await update({ redirect_uris: ['https://four.example.com/in'] })).toEqual(['https://three.example.com']);
  });

  it.each([
    ['https://app.example.com/'],
    ['*'],
    ['null'],
    ['http://app.example.com'],
    ['https://a.example.com', 'https://a.example.com'],
  ])('cannot be %j', (...origins) => {
    const parsed = newApp.safeParse({ name: 'Page', allowed_origins: origins });
    expect(parsed.error?.issues[0]?.path[0]).toBe('allowed_origins');
  });
});
