import { openControlPlane } from '../../../test/support/control-plane';
import { eventually } from '../../../test/support/eventually';
import { call, type Call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, suspendTenant, type TestTenant, tokenOf } from '../../../test/support/two-tenants';
import { recordedOf } from '../../../test/support/accounts';
import type { App } from '../../modules/apps/contract/apps.types';
import type { InitialTokenWithSecret } from '../../modules/apps/contract/self-registration.types';
import type { ClientInformation } from '../../modules/oauth/contract/client-registration.types';

const ISSUER = 'http://localhost:8000';
const AGENT = {
  client_name: 'An agent',
  redirect_uris: ['http://127.0.0.1:33418/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
  response_types: ['code'],
};

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openControlPlane>>;
let a: TestTenant;
let admin: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { LIMIT_PER_ADDRESS: '0' });
  await core.context.init();
  surface = await openControlPlane(core);
  a = await makeTenant(core, 'a');
  admin = await tokenOf(core, a, { scope: 'admin' });
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const ask = <T = ErrorMembers>(path: string, options: Call = {}) => call<T>(`${surface.url}${path}`, options);
const set = (enabled: boolean, token = admin) =>
  ask('/api/v1/client-registration', { method: 'PUT', token, json: { enabled } });
async function newToken(members: object = {}, token = admin): Promise<InitialTokenWithSecret> {
  const json = { name: 'For agents', maxUses: 100, ...members };
  const { status, body } = await ask<InitialTokenWithSecret>('/api/v1/client-registration/tokens', { token, json });
  expect(status).toBe(201);
  return body;
}
const register = <T = ClientInformation>(token: string, json: object = AGENT) =>
  ask<T>('/oauth/register', { method: 'POST', json, ...(token === '' ? {} : { token }) });
const metadata = async () => (await ask<Record<string, unknown>>('/.well-known/oauth-authorization-server')).body;

describe('self-registration in a tenant', () => {
  it('is off until an administrator turns it on, and the metadata shows this', async () => {
    expect((await ask('/api/v1/client-registration', { token: admin })).body).toEqual({
      enabled: false,
      updatedAt: null,
      updatedBy: null,
    });
    expect(await metadata()).not.toHaveProperty('registration_endpoint');
    const { token } = await newToken();
    expectError(await register<ErrorMembers>(token), 403, 'access_denied');
    expect((await set(true)).status).toBe(200);
    expect(await metadata()).toMatchObject({ registration_endpoint: `${ISSUER}/v1/oauth/register` });
    expect((await register(token)).status).toBe(201);
    await set(false);
    expect(await metadata()).not.toHaveProperty('registration_endpoint');
    expectError(await register<ErrorMembers>(token), 403, 'access_denied');
  });

  it('can be switched only by administrators of the tenant', async () => {
    const plain = await tokenOf(core, a, { scope: 'projects.read' });
    expectError(await ask('/api/v1/client-registration', { token: plain }), 403, 'forbidden');
    const b = await makeTenant(core, 'b');
    const other = await tokenOf(core, b, { scope: 'admin' });
    const { id } = await newToken();
    expectError(
      await ask(`/api/v1/client-registration/tokens/${id}`, { method: 'DELETE', token: other }),
      404,
      'not_found',
    );
    const { body } = await ask<{ items: unknown[] }>('/api/v1/client-registration/tokens', { token: other });
    expect(body.items).toEqual([]);
  });
});

describe('an app that registers itself', () => {
  beforeAll(() => set(true));
  afterAll(() => set(false));

  it('is a public app of its token’s tenant, asks for consent, and stays within the scopes of the token', async () => {
    const { id, token } = await newToken({ scopes: ['openid', 'offline_access', 'skills.run'] });
    const { status, body, headers, requestId } = await register(token, { ...AGENT, software_id: 'is not kept' });
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body).toEqual({
      ...AGENT,
      application_type: 'native',
      scope: 'openid offline_access skills.run',
      client_id: expect.stringMatching(/^app-/) as string,
      client_id_issued_at: expect.any(Number) as number,
      registration_access_token: expect.stringMatching(/^rat_/) as string,
      registration_client_uri: `${ISSUER}/v1/oauth/register/${body.client_id}`,
    });
    const app = await ask<App>(`/api/v1/apps/${body.client_id}`, { token: admin });
    expect(app.body).toMatchObject({ app_type: 'native', first_party: false, secrets: [], name: 'An agent' });
    const [recorded] = await eventually(() => recordedOf(database, requestId));
    expect(recorded).toMatchObject({ action: 'app.register', outcome: 'success', actor_id: id, tenant_id: a.id });
    // No credential is stored in plain text.
    const rows = await queryAs<{ row: string }>(
      database.adminUrl,
      `SELECT to_jsonb(t)::text AS row FROM apps.initial_tokens t UNION ALL SELECT to_jsonb(r)::text FROM apps.self_registered r`,
    );
    for (const secret of [token, body.registration_access_token]) expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('gets a secret if its authentication method requires one, and acts only for people', async () => {
    const { token } = await newToken();
    const web = { redirect_uris: ['https://agent.example/cb'], client_name: 'Web' };
    const { body } = await register(token, web);
    expect(body).toMatchObject({
      client_secret: expect.stringMatching(/^cs_/) as string,
      client_secret_expires_at: 0,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
    });
    expect(body.scope).not.toContain('offline_access');
  });

  it.each<[string, string, object]>([
    ['invalid_redirect_uri', 'plain http on a different host', { redirect_uris: ['http://agent.example/cb'] }],
    ['invalid_redirect_uri', 'a fragment', { redirect_uris: ['https://agent.example/cb#x'] }],
    ['invalid_redirect_uri', 'an empty list of redirect URIs', { redirect_uris: [] }],
    ['invalid_redirect_uri', 'a custom scheme without a domain', { redirect_uris: ['javascript:alert(1)'] }],
    ['invalid_client_metadata', 'the client credentials grant', { grant_types: ['client_credentials'] }],
    ['invalid_client_metadata', 'an implicit flow', { response_types: ['token'] }],
    ['invalid_client_metadata', 'a reserved scope', { scope: 'openid admin' }],
    ['invalid_client_metadata', 'a scope beyond the token', { scope: 'projects.write' }],
    ['invalid_client_metadata', 'an unknown authentication method', { token_endpoint_auth_method: 'tls_client_auth' }],
    ['invalid_client_metadata', 'a misleading name', { client_name: 'Bank\u202e' }],
    ['invalid_client_metadata', 'a software statement', { software_statement: 'eyJ' }],
    ['invalid_client_metadata', 'keys without a use for them', { jwks_uri: 'https://agent.example/jwks' }],
    ['invalid_client_metadata', 'a value of a different type', { grant_types: 'authorization_code' }],
  ])('is rejected with %s for %s', async (code, _what, members) => {
    const { token } = await newToken({ maxUses: 1 });
    const refused = await register<ErrorMembers>(token, { ...AGENT, ...members });
    expectError(refused, 400, code);
    // A refusal does not use up the token.
    expect((await register(token)).status).toBe(201);
  });

  it('requires a valid token', async () => {
    const { token, id } = await newToken({ maxUses: 1 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => register(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
    const { body } = await ask<{ items: { id: string; uses: number }[] }>(
      '/api/v1/client-registration/tokens?limit=100',
      { token: admin },
    );
    expect(body.items.find((item) => item.id === id)?.uses).toBe(1);
    const old = await newToken();
    await queryAs(database.adminUrl, `UPDATE apps.initial_tokens SET expires_at = now() WHERE id = $1`, [old.id]);
    const gone = await newToken();
    await ask(`/api/v1/client-registration/tokens/${gone.id}`, { method: 'DELETE', token: admin });
    for (const bad of ['', 'nonsense', `rgt_${'a'.repeat(43)}`, old.token, gone.token, admin]) {
      const refused = await register<ErrorMembers>(bad);
      expectError(refused, 401, 'invalid_token');
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
  });

  it('is rejected in a suspended tenant', async () => {
    const c = await makeTenant(core, 'c');
    const boss = await tokenOf(core, c, { scope: 'admin' });
    await set(true, boss);
    const { token } = await newToken({}, boss);
    const { body } = await register(token);
    await suspendTenant(core, c.id);
    expectError(await register<ErrorMembers>(token), 401, 'invalid_token');
    const own = { token: body.registration_access_token };
    expectError(await ask(`/oauth/register/${body.client_id}`, own), 401, 'invalid_token');
  });

  it('manages only itself, with the token from its registration', async () => {
    const { token } = await newToken();
    const [mine, other] = [(await register(token)).body, (await register(token)).body];
    const path = `/oauth/register/${mine.client_id}`;
    const own = { token: mine.registration_access_token };
    expect((await ask(path, own)).body).toEqual(mine);
    for (const bad of [other.registration_access_token, token, admin]) {
      expectError(await ask(path, { token: bad }), 401, 'invalid_token');
    }
    const changed = { ...AGENT, client_id: mine.client_id, client_name: 'Another name', scope: 'openid skills.run' };
    const put = (json: object) => ask<ClientInformation>(path, { method: 'PUT', json, ...own });
    expect((await put(changed)).body).toMatchObject({ client_name: 'Another name', scope: 'openid skills.run' });
    expect((await ask(path, own)).body).toMatchObject({ client_name: 'Another name' });
    for (const json of [
      { ...changed, client_id: other.client_id },
      { ...changed, scope: 'admin' },
      { ...changed, token_endpoint_auth_method: 'client_secret_basic' },
    ]) {
      expect(await put(json)).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } });
    }
    expect((await ask(path, { method: 'DELETE', ...own })).status).toBe(204);
    expectError(await ask(path, own), 401, 'invalid_token');
    expectError(await ask(`/api/v1/apps/${mine.client_id}`, { token: admin }), 404, 'not_found');
  });

  it('can only narrow its own registration once an administrator has changed it', async () => {
    const uris = ['http://127.0.0.1:33418/callback', 'http://127.0.0.1:33418/other'];
    const { token } = await newToken({ scopes: ['openid', 'projects.read', 'skills.run'] });
    const mine = (await register(token, { ...AGENT, redirect_uris: uris })).body;
    const path = `/oauth/register/${mine.client_id}`;
    const put = (json: object) =>
      ask<ClientInformation>(path, {
        ...{ method: 'PUT', token: mine.registration_access_token },
        json: { ...AGENT, client_id: mine.client_id, ...json },
      });
    // Before that change, it can restore the metadata that it removed.
    expect((await put({ redirect_uris: uris.slice(0, 1), scope: 'openid' })).body.scope).toBe('openid');
    expect((await put({ redirect_uris: uris })).body.scope).toBe('openid projects.read skills.run');
    const left = { declared_scopes: ['openid', 'projects.read'], default_scopes: ['openid'], first_party: true };
    const app = `/api/v1/apps/${mine.client_id}`;
    const narrowed = await ask(app, {
      ...{ method: 'PATCH', token: admin },
      json: { ...left, redirect_uris: uris.slice(0, 1) },
    });
    expect(narrowed.status).toBe(200);
    for (const json of [
      { redirect_uris: uris },
      { redirect_uris: ['http://127.0.0.1:33418/evil'] },
      { scope: 'openid projects.read skills.run' },
      { client_name: 'The bank' },
      { logo_uri: 'https://evil.example/logo.png' },
    ]) {
      const { status, text } = await put(json);
      expect([status, text]).toEqual([400, expect.stringMatching(/invalid_(client_metadata|redirect_uri)/)]);
    }
    const shown = async () => (await ask<App>(app, { token: admin })).body;
    expect(await shown()).toMatchObject({ ...left, redirect_uris: uris.slice(0, 1), name: 'An agent' });
    // It can send back its own metadata, or a part of it.
    const own = await ask<ClientInformation>(path, { token: mine.registration_access_token });
    expect((await put(own.body)).body).toEqual(own.body);
    expect(await shown()).toMatchObject(left);
    expect((await put({ scope: 'projects.read' })).body.scope).toBe('projects.read');
    expect(await shown()).toMatchObject({ declared_scopes: ['projects.read'], default_scopes: [] });
    expect((await put({ scope: 'openid projects.read' })).status).toBe(400);
  });

  it('loses access to its registration when the app is deleted', async () => {
    const { token } = await newToken();
    const { body } = await register(token);
    await ask(`/api/v1/apps/${body.client_id}`, { method: 'DELETE', token: admin });
    const own = { token: body.registration_access_token };
    expectError(await ask(`/oauth/register/${body.client_id}`, own), 401, 'invalid_token');
  });
});
