import { Readiness } from '../../kernel/health/readiness';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import { codeFor, codeForm, makeApp, makePerson, type Person, tokensFor } from '../../../test/support/people';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { createControlPlaneSurface } from './control-plane.surface';
import type { RegisteredApp } from '../../modules/apps/contract/apps.types';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let app: RegisteredApp;
let ada: Person;
let machineToken: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  const tenant = await makeTenant(core, 'a');
  app = await makeApp(core, tenant.id, { app_type: 'spa' });
  ada = await makePerson(core, tenant.id);
  machineToken = await tenant.issueToken();
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } });
const form = (members: Readonly<Record<string, unknown>>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(Object.entries(members).map(([name, value]): [string, string] => [name, String(value)])),
});

describe('the endpoints over HTTP', () => {
  it('exchange a code, and forbid caching of the response', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    const answer = await fetch(`${url}/oauth/token`, form({ client_id: app.client_id, ...codeForm(code, verifier) }));
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await answer.json()).toHaveProperty('id_token');
  });

  it('return each error in the format of RFC 6749 section 5.2', async () => {
    const unknown = { client_id: app.client_id, ...codeForm(`ac_${'a'.repeat(43)}`, 'a'.repeat(43)) };
    const answer = await fetch(`${url}/oauth/token`, form(unknown));
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_grant', status: 400 }]);
    const target = { client_id: app.client_id, grant_type: 'refresh_token', refresh_token: 'rt_x', resource: 'x' };
    expect((await fetch(`${url}/oauth/token`, form(target))).status).toBe(400);
  });

  it('return the user for GET and POST, with or without a form', async () => {
    const { access_token } = await tokensFor(core, app, ada);
    const sub = { sub: ada.user.id };
    const byGet = await fetch(`${url}/oauth/userinfo`, bearer(access_token));
    expect([byGet.status, byGet.headers.get('cache-control'), await byGet.json()]).toMatchObject([
      200,
      'no-store',
      sub,
    ]);
    const byPost = await fetch(`${url}/oauth/userinfo`, { method: 'POST', ...bearer(access_token) });
    expect(await byPost.json()).toMatchObject(sub);
    const byForm = await fetch(`${url}/oauth/userinfo`, form({ access_token }));
    expect(await byForm.json()).toMatchObject(sub);
    const without = await fetch(`${url}/oauth/userinfo`);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="coresdk"']);
    expect((await fetch(`${url}/oauth/userinfo`, { method: 'PUT' })).status).toBe(405);
  });

  it('list the user’s grants and revoke a grant together with its tokens', async () => {
    const { access_token, refresh_token } = await tokensFor(core, app, ada);
    const path = `${url}/oauth/me/grants`;
    const listed = await fetch(path, bearer(access_token));
    const { items } = (await listed.json()) as { items: { id: string; client_id: string }[] };
    expect([listed.status, items]).toMatchObject([200, [{ client_id: app.client_id, client_name: 'Shop' }]]);
    const one = `${path}/${items[0]?.id ?? ''}`;
    expect((await fetch(one, { method: 'DELETE' })).status).toBe(401);
    expect((await fetch(one, { method: 'DELETE', ...bearer(machineToken) })).status).toBe(403);
    expect((await fetch(one, { method: 'DELETE', ...bearer(access_token) })).status).toBe(204);
    expect((await fetch(path, bearer(access_token))).status).toBe(401);
    const refresh = { client_id: app.client_id, grant_type: 'refresh_token', refresh_token };
    expect((await fetch(`${url}/oauth/token`, form(refresh))).status).toBe(400);
  });

  it('can be called by an app in a browser from any origin, which can also read their errors', async () => {
    for (const path of ['/oauth/token', '/oauth/revoke', '/oauth/userinfo']) {
      const asked = await fetch(url + path, {
        method: 'OPTIONS',
        headers: {
          Origin: 'https://app.example',
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'authorization',
        },
      });
      expect([path, asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([path, 204, '*']);
      expect(asked.headers.get('access-control-allow-headers')).toBe('authorization');
      const failed = await fetch(url + path, form({ client_id: app.client_id }));
      expect([path, failed.ok, failed.headers.get('access-control-allow-origin')]).toEqual([path, false, '*']);
    }
    const { access_token } = await tokensFor(core, app, ada);
    const good = await fetch(`${url}/oauth/userinfo`, bearer(access_token));
    expect(good.headers.get('access-control-allow-origin')).toBe('*');
    // Introspection is for servers.
    expect((await fetch(`${url}/oauth/introspect`, { method: 'OPTIONS' })).status).toBe(405);
  });

  it('publish one metadata document at both paths', async () => {
    const [oauth, openid] = await Promise.all(
      ['oauth-authorization-server', 'openid-configuration'].map(async (name) =>
        (await fetch(`${url}/.well-known/${name}`)).text(),
      ),
    );
    expect(openid).toBe(oauth);
    expect(JSON.parse(openid ?? '')).toMatchObject({
      issuer: 'http://localhost:8000',
      authorization_endpoint: 'http://localhost:8000/oauth/authorize',
      userinfo_endpoint: 'http://localhost:8000/v1/oauth/userinfo',
      end_session_endpoint: 'http://localhost:8000/v1/oauth/logout',
      code_challenge_methods_supported: ['S256'],
      request_uri_parameter_supported: false,
    });
  });
});
