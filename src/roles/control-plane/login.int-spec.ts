import { call, type ErrorMembers } from '../../../test/support/http-client';
import { makeUser, newEmail, newOrigin, PASSWORD, recordedOf } from '../../../test/support/accounts';
import { activateBundle } from '../../../test/support/policy-bundle';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { eventually } from '../../../test/support/eventually';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { newId } from '../../kernel/ids/ids';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import type { LoginAnswer } from '../../modules/oauth/contract/login.types';
import { SessionsPort } from '../../modules/users/contract/sessions.port';
import { SignInPort } from '../../modules/users/contract/sign-in.port';
import { UsersPort } from '../../modules/users/contract/users.port';
import { bootstrap } from '../bootstrap';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let sidecar: TestCore;
let surface: RestSurface;
let url: string;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  sidecar = await openSidecarCore(database);
  await bootstrap(core.context, core.settings.bootstrap);
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    // The tests send requests from one address; each test names a different client address.
    trustedProxies: new Set(['127.0.0.1']),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await sidecar.close();
  await database.drop();
});

const of = (tenant: TestTenant): CallContext => systemContext(newId('req'), tenant.id);
const login = (json: unknown, ip = newOrigin().ip) =>
  call<LoginAnswer & ErrorMembers>(`${url}/auth/login`, { json, headers: { forwarded: `for=${ip}` } });
const refusalOf = async (token: string, at: TestCore = core): Promise<string> => {
  const verdict = await at.context.get(AccessTokensPort).verify(token);
  return verdict.valid ? '' : verdict.refusal;
};

describe('POST /auth/login', () => {
  it('returns a user token that sidecars accept', async () => {
    const user = await makeUser(core, a.id, { role: 'admin', displayName: 'Ada Lovelace' });
    const { status, body, headers, requestId } = await login({ email: user.email, password: PASSWORD });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const claims = claimsOf(body.token);
    expect(body).toEqual({
      token: body.token,
      sub: user.id,
      tenant_id: a.id,
      user_name: 'Ada Lovelace',
      roles: ['admin'],
      expires_at: new Date(claims.exp * 1000).toISOString(),
    });
    const [session] = await core.context.get(SessionsPort).list(a.id, user.id);
    expect(claims).toMatchObject({
      sub: user.id,
      user_id: user.id,
      client_id: 'app-console',
      tenant_id: a.id,
      tenant_slug: a.slug,
      roles: ['admin'],
      sid: session?.id,
      auth_time: Math.floor((session?.authTimeMs ?? 0) / 1000),
      acr: 'urn:cpod:params:oauth:acr:1fa',
      amr: ['pwd'],
    });
    expect(claims.grant_id).toBeUndefined();
    expect(await sidecar.context.get(AccessTokensPort).verify(body.token)).toEqual({ valid: true, claims });
    expect((await recordedOf(database, requestId)).map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
      expect.arrayContaining(['user.sign_in success', 'session.start success', 'oauth.token.issue success']),
    );
  });

  it('works even if the tenant’s policy denies every token, so that an administrator can repair the policy', async () => {
    const locked = await makeTenant(core, 'locked');
    const deny = 'package coresdk.token\n\ndeny contains "Never."';
    await activateBundle(database.adminUrl, locked.id, { modules: { 'token.rego': deny } });
    await core.feed.catchUp();
    await eventually(() => expect(locked.issueToken()).rejects.toMatchObject({ code: 'access_denied' }));
    const user = await makeUser(core, locked.id, { role: 'admin' });
    expect((await login({ email: user.email, password: PASSWORD })).status).toBe(200);
  });

  it.each([
    ['owner', 200],
    ['admin', 200],
    ['member', 403],
    ['viewer', 403],
  ] as const)('gives %s the rights of the role: an administrative call returns %i', async (role, status) => {
    const user = await makeUser(core, a.id, { role });
    const { body } = await login({ email: user.email, password: PASSWORD });
    expect((await call(`${url}/api/v1/apps`, { token: body.token })).status).toBe(status);
  });

  it('does not allow administration of another tenant or the installation', async () => {
    const user = await makeUser(core, a.id, { role: 'owner' });
    const { body } = await login({ email: user.email, password: PASSWORD });
    expect((await call(`${url}/api/v1/tenants/${b.id}/policy/keys`, { token: body.token })).status).toBe(404);
    expect((await call(`${url}/api/v1/tenants`, { token: body.token })).status).toBe(403);
    expect(claimsOf(body.token).scope.split(' ')).not.toContain('platform.admin');
  });

  it('records calls with the token as actions by the user', async () => {
    const user = await makeUser(core, a.id, { role: 'owner' });
    const { body } = await login({ email: user.email, password: PASSWORD });
    const { requestId } = await call(`${url}/api/v1/apps`, { token: body.token });
    expect(await recordedOf(database, requestId)).toMatchObject([{ action: 'app.list', actor_id: user.id }]);
  });

  it('accepts the tenant by ID and by slug, and finds it if only one account matches', async () => {
    const email = newEmail();
    const [inA, inB] = [await makeUser(core, a.id, { email }), await makeUser(core, b.id, { email })];
    expect((await login({ email, password: PASSWORD })).status).toBe(401);
    for (const tenant of [a.id, a.slug]) {
      expect((await login({ email, password: PASSWORD, tenant })).body).toMatchObject({ sub: inA.id });
    }
    expect((await login({ email, password: PASSWORD, tenant: b.slug })).body).toMatchObject({ sub: inB.id });
    const elsewhere = await makeUser(core, b.id);
    expect((await login({ email: elsewhere.email, password: PASSWORD })).body).toMatchObject({ tenant_id: b.id });
  });

  it('rejects every mismatch with the same message', async () => {
    const [user, suspended] = [await makeUser(core, a.id), await makeUser(core, a.id)];
    await core.context.get(UsersPort).setStatus(of(a), suspended.id, 'suspended');
    const answers = [
      await login({ email: newEmail('nobody'), password: PASSWORD }),
      await login({ email: user.email, password: 'wrong password' }),
      await login({ email: suspended.email, password: PASSWORD }),
      await login({ email: user.email, password: PASSWORD, tenant: b.slug }),
      await login({ email: user.email, password: PASSWORD, tenant: 'no-such-tenant' }),
      await login({ email: 'not an address', password: 'x' }),
      await login({ email: user.email, password: 'x'.repeat(1000) }),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="coresdk"']);
      expect({ ...body, request_id: '' }).toEqual({
        error: 'unauthorized',
        error_description: 'The email address or password is incorrect.',
        status: 401,
        request_id: '',
      });
    }
  });

  it('returns 429 with a retry time after too many failures', async () => {
    const { email } = await makeUser(core, a.id);
    const { ip } = newOrigin();
    for (let i = 0; i < 5; i++) await login({ email, password: 'wrong password', tenant: a.id }, ip);
    const { status, headers, body } = await login({ email, password: PASSWORD, tenant: a.id }, ip);
    expect([status, headers.get('retry-after'), body.error]).toEqual([429, '5', 'rate_limited']);
  });

  it('accepts only the known fields, in a JSON body', async () => {
    for (const json of [{}, { email: 'a@example.com' }, { email: 'a@example.com', password: '' }, []]) {
      expect((await login(json)).status).toBe(400);
    }
    const { status, body } = await login({ email: 'a@example.com', password: 'x', admin: true });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/admin']);
    expect((await call(`${url}/auth/login`)).status).toBe(405);
  });

  it('returns a token that becomes invalid everywhere when its session ends', async () => {
    const user = await makeUser(core, a.id);
    const tokens = [];
    for (let i = 0; i < 2; i++) tokens.push((await login({ email: user.email, password: PASSWORD })).body.token);
    const [first = '', second = ''] = tokens;
    await core.context.get(SessionsPort).end(of(a), claimsOf(first).sid ?? '');
    await eventually(async () => {
      expect([await refusalOf(first), await refusalOf(first, sidecar)]).toEqual(['token_revoked', 'token_revoked']);
    });
    expect([await refusalOf(second), await refusalOf(second, sidecar)]).toEqual(['', '']);
  });

  it('returns a token that becomes invalid when the user is suspended, and stays invalid', async () => {
    const user = await makeUser(core, a.id);
    const { token } = (await login({ email: user.email, password: PASSWORD })).body;
    await core.context.get(UsersPort).setStatus(of(a), user.id, 'suspended');
    await eventually(async () => {
      expect(await refusalOf(token, sidecar)).toBe('token_revoked');
    });
    await core.context.get(UsersPort).setStatus(of(a), user.id, 'active');
    const again = (await login({ email: user.email, password: PASSWORD })).body.token;
    await eventually(async () => {
      expect(await refusalOf(again, sidecar)).toBe('');
    });
    expect([await refusalOf(token), await refusalOf(token, sidecar)]).toEqual(['token_revoked', 'token_revoked']);
  });

  it('shares its limit on failures with the sign-in page', async () => {
    const { email } = await makeUser(core, a.id);
    const signIn = core.context.get(SignInPort);
    const origin = newOrigin();
    for (let i = 0; i < 5; i++) await signIn.withPassword(a.id, email, 'wrong password', origin);
    expect((await login({ email, password: PASSWORD, tenant: a.slug }, origin.ip)).status).toBe(429);
    expect((await login({ email, password: PASSWORD, tenant: a.slug })).status).toBe(200);
  });
});
