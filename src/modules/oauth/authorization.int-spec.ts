import { systemContext } from '../../kernel/context/call-context';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import {
  agreeTo,
  answerOf,
  authorizationParameters,
  authorizationRequest,
  makeApp,
  makePerson,
  type Person,
  pkce,
  tokensFor,
} from '../../../test/support/people';
import type { RegisteredApp } from '../apps/contract/apps.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { SessionsPort } from '../users/contract/sessions.port';
import { UsersPort } from '../users/contract/users.port';
import { AuthorizationPort } from './contract/authorization.port';
import type { AuthorizationStep } from './contract/authorization.types';
import { GrantsPort } from './contract/grants.port';

const AUDIENCE = 'https://api.example';
const REDIRECT = 'https://app.example/cb';

let database: TestDatabase;
let core: TestCore;
let port: AuthorizationPort;
let [a, b]: TestTenant[] = [];
let app: RegisteredApp;
let ada: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { AUDIENCES: AUDIENCE });
  port = core.context.get(AuthorizationPort);
  [a, b] = await Promise.all([makeTenant(core, 'a'), makeTenant(core, 'b')]);
  app = await makeApp(core, tenant(a).id);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

beforeEach(async () => {
  ada = await makePerson(core, tenant(a).id);
});

function tenant(known: TestTenant | undefined): TestTenant {
  if (!known) throw new Error('The tenants do not exist yet.');
  return known;
}

type Changes = Readonly<Record<string, string | undefined>>;

const { challenge: CHALLENGE } = pkce();
const parametersOf = (changes: Changes = {}, client = app) =>
  authorizationParameters(client.client_id, CHALLENGE, changes);
const ask = (changes: Changes = {}, client = app, person: Person | null = ada): Promise<AuthorizationStep> =>
  port.authorize(authorizationRequest(parametersOf(changes, client), person?.session ?? null));
const agree = (changes: Changes = {}, remember = true, client = app): Promise<AuthorizationStep> =>
  agreeTo(port, authorizationRequest(parametersOf(changes, client), ada.session), remember);

describe('an authorization request', () => {
  it('leads through sign-in and consent to a code, with state and issuer', async () => {
    expect(await ask({ login_hint: 'ada@example.com', ui_locales: 'de en' }, app, null)).toMatchObject({
      step: 'sign_in',
      loginHint: 'ada@example.com',
      uiLocales: ['de', 'en'],
      client: { clientId: app.client_id, name: 'Shop', destination: 'app.example', tenantId: tenant(a).id },
    });
    const consent = await ask();
    expect(consent).toMatchObject({ step: 'consent', user: { id: ada.user.id } });
    if (consent.step !== 'consent') throw new Error('No consent.');
    expect(consent.scopes.map(({ name }) => name)).toEqual([
      'openid',
      'profile',
      'email',
      'offline_access',
      'projects.read',
    ]);
    expect(consent.scopes.at(-1)).toEqual({ name: 'projects.read', description: 'Read projects' });
    const done = await agree();
    expect(answerOf(done)).toEqual({
      code: expect.stringMatching(/^ac_[\w-]{43}$/),
      state: 'state-1',
      iss: 'http://localhost:8000',
    });
  });

  it('skips consent for remembered scopes and requests only new ones', async () => {
    await agree();
    expect(answerOf(await ask())).toHaveProperty('code');
    expect(await ask({ scope: 'openid projects.write' })).toMatchObject({
      step: 'consent',
      scopes: [{ name: 'projects.write' }],
    });
    expect(await ask({ prompt: 'consent', scope: 'openid' })).toMatchObject({
      step: 'consent',
      scopes: [{ name: 'openid' }],
    });
  });

  it('requests consent again if it was not remembered', async () => {
    await agree({}, false);
    expect(await ask()).toMatchObject({ step: 'consent' });
  });

  it('does not need consent for a first-party app', async () => {
    const own = await makeApp(core, tenant(a).id, { first_party: true });
    expect(answerOf(await ask({}, own))).toHaveProperty('code');
  });

  it('that the user declines returns access_denied', async () => {
    const request = authorizationRequest(parametersOf(), ada.session);
    expect(answerOf(await port.consent(request, { allow: false, remember: true, shown: '' }))).toMatchObject({
      error: 'access_denied',
      state: 'state-1',
    });
  });

  it('gets a form_post response when response_mode requests it', async () => {
    expect(await agree({ response_mode: 'form_post' })).toMatchObject({
      step: 'form_post',
      action: REDIRECT,
      fields: { code: expect.stringMatching(/^ac_/), state: 'state-1' },
    });
  });

  it('requires sign-in when the browser is signed in to a different tenant', async () => {
    const bob = await makePerson(core, tenant(b).id);
    expect(await ask({}, app, bob)).toMatchObject({ step: 'sign_in' });
  });

  it.each(['login', 'select_account', 'login consent'])('with prompt=%s requires one new sign-in', async (prompt) => {
    const before = authorizationRequest(parametersOf({ prompt }), ada.session, ada.session.authTimeMs + 1);
    const after = authorizationRequest(parametersOf({ prompt }), ada.session, ada.session.authTimeMs);
    expect([(await port.authorize(before)).step, (await port.authorize(after)).step]).toEqual(['sign_in', 'consent']);
  });

  it('requires a new sign-in after max_age', async () => {
    const old = { ...ada.session, authTimeMs: ada.session.authTimeMs - 61_000 };
    const asked = (maxAge: string) =>
      port.authorize(authorizationRequest(parametersOf({ max_age: maxAge }), old)).then(({ step }) => step);
    expect([await asked('60'), await asked('120')]).toEqual(['sign_in', 'consent']);
  });

  it('with prompt=none does not show a page', async () => {
    expect(answerOf(await ask({ prompt: 'none' }, app, null))).toMatchObject({ error: 'login_required' });
    expect(answerOf(await ask({ prompt: 'none' }))).toMatchObject({ error: 'consent_required' });
    expect(answerOf(await ask({ prompt: 'none', max_age: '0' }, app, null))).toMatchObject({ error: 'login_required' });
    await agree();
    expect(answerOf(await ask({ prompt: 'none' }))).toHaveProperty('code');
  });

  it('can name the user with an ID token, and other users must sign in', async () => {
    const tokens = await tokensFor(core, app, ada);
    const bob = await makePerson(core, tenant(a).id);
    const hint = { id_token_hint: tokens.id_token };
    expect((await ask(hint)).step).toBe('redirect');
    expect((await ask(hint, app, bob)).step).toBe('sign_in');
    expect(answerOf(await ask({ ...hint, prompt: 'none' }, app, bob))).toMatchObject({ error: 'login_required' });
    expect(answerOf(await ask({ id_token_hint: tokens.access_token }))).toMatchObject({ error: 'invalid_request' });
  });

  it('from a native app can use any loopback port', async () => {
    const native = await makeApp(core, tenant(a).id, {
      app_type: 'native',
      redirect_uris: ['http://127.0.0.1/cb', 'com.example.app:/cb'],
    });
    expect(native.client_secret).toBeUndefined();
    expect((await ask({ redirect_uri: 'http://127.0.0.1:49152/cb' }, native)).step).toBe('consent');
    expect((await ask({ redirect_uri: 'http://127.0.0.1:49152/other' }, native)).step).toBe('error');
  });

  it('drops offline_access for an app that cannot use refresh tokens', async () => {
    const short = await makeApp(core, tenant(a).id, { grant_types: ['authorization_code'] });
    const step = await ask({ scope: 'openid offline_access' }, short);
    expect(step).toMatchObject({ step: 'consent', scopes: [{ name: 'openid' }] });
  });
});

describe('an error that cannot be sent to the client is shown to the user', () => {
  it.each<[string, Changes]>([
    ['no client', { client_id: undefined }],
    ['an unknown client', { client_id: 'app-nobody' }],
    ['a missing redirect URI', { redirect_uri: undefined }],
    ['a different redirect URI', { redirect_uri: 'https://app.example/cb/' }],
    ['a redirect URI with a fragment', { redirect_uri: `${REDIRECT}#x` }],
    ['a redirect URI with credentials', { redirect_uri: 'https://u:p@app.example/cb' }],
    ['a redirect URI with dots', { redirect_uri: 'https://app.example/x/../cb' }],
    ['a redirect URI in capitals', { redirect_uri: 'https://APP.example/cb' }],
    ['a redirect URI with an encoded slash', { redirect_uri: 'https://app.example%2Fcb' }],
  ])('%s', async (_, changes) => {
    expect(await ask(changes)).toMatchObject({ step: 'error', error: 'invalid_request' });
  });

  it.each(['client_id', 'redirect_uri'])('a repeated %s', async (name) => {
    const parameters = parametersOf();
    const twice = [...parameters, ...parameters.filter(([known]) => known === name)];
    expect(await port.authorize(authorizationRequest(twice, ada.session))).toMatchObject({
      step: 'error',
      error: 'invalid_request',
      description: `${name} is repeated.`,
    });
  });

  it('a suspended tenant', async () => {
    const other = await makeTenant(core, 'suspended');
    const theirs = await makeApp(core, other.id);
    await core.context.get(TenantsPort).setStatus(systemContext('req-t'), other.id, 'suspended');
    expect(await ask({}, theirs, null)).toMatchObject({ step: 'error', error: 'unauthorized_client' });
  });
});

describe('protocol errors go to the redirect URI', () => {
  it.each<[string, Changes, string]>([
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['the hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['a response mode for other flows', { response_mode: 'fragment' }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a method without a challenge', { code_challenge: '' }, 'invalid_request'],
    ['no method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'a'.repeat(42) }, 'invalid_request'],
    ['a long challenge', { code_challenge: 'a'.repeat(129) }, 'invalid_request'],
    ['a challenge in base64', { code_challenge: `${'a'.repeat(42)}+` }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'register' }, 'invalid_request'],
    ['prompt none together with login', { prompt: 'none login' }, 'invalid_request'],
    ['a negative max_age', { max_age: '-1' }, 'invalid_request'],
    ['a max_age that is not a number', { max_age: '1e3' }, 'invalid_request'],
    ['an undeclared scope', { scope: 'openid audit.read' }, 'invalid_scope'],
    ['a scope with a quote', { scope: 'op"enid' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.example' }, 'invalid_target'],
    ['a relative resource', { resource: '/api' }, 'invalid_target'],
    ['a resource with a fragment', { resource: `${AUDIENCE}#x` }, 'invalid_target'],
    ['a request object', { request: 'ey' }, 'request_not_supported'],
    ['a request URI', { request_uri: 'https://app.example/r' }, 'request_uri_not_supported'],
    ['a registration', { registration: '{}' }, 'registration_not_supported'],
    ['a parameter that is too long', { login_hint: 'a'.repeat(5_000) }, 'invalid_request'],
  ])('%s', async (_, changes, error) => {
    const answer = answerOf(await ask(changes));
    expect(answer).toMatchObject({ error, state: 'state-1', iss: 'http://localhost:8000' });
    expect(answer['error_description']).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
  });

  it('a repeated parameter, without echoing a repeated state', async () => {
    const twice = authorizationRequest([...parametersOf(), ['state', 'other']], ada.session);
    expect(answerOf(await port.authorize(twice))).toEqual({
      error: 'invalid_request',
      error_description: 'A parameter is repeated.',
      iss: 'http://localhost:8000',
    });
  });

  it('but several resources are valid', async () => {
    const parameters = [...parametersOf(), ['resource', AUDIENCE], ['resource', 'http://localhost:8000']] as const;
    const request = authorizationRequest(parameters, ada.session);
    expect((await port.authorize(request)).step).toBe('consent');
  });

  it('an app without the code flow, and a user who cannot grant the scopes', async () => {
    const machine = await makeApp(core, tenant(a).id, { app_type: 'service', grant_types: ['client_credentials'] });
    expect(answerOf(await ask({ scope: 'openid' }, machine))).toMatchObject({ error: 'unauthorized_client' });
    const console = await makeApp(core, tenant(a).id, { declared_scopes: ['openid', 'admin', 'scim'] });
    expect(answerOf(await ask({ scope: 'admin' }, console))).toMatchObject({ error: 'access_denied' });
    const owner = await makePerson(core, tenant(a).id, 'owner');
    expect((await ask({ scope: 'admin' }, console, owner)).step).toBe('consent');
    expect(answerOf(await ask({ scope: 'scim' }, console, owner))).toMatchObject({ error: 'access_denied' });
  });

  it('a user suspended after sign-in', async () => {
    await core.context.get(UsersPort).setStatus(systemContext('req-s', tenant(a).id), ada.user.id, 'suspended');
    expect(answerOf(await ask())).toMatchObject({ error: 'access_denied' });
  });

  it('and each refusal is recorded in the audit log', async () => {
    await ask({ response_type: 'token' });
    const rows = await queryAs<{ event: { outcome: string; reason: string; actorId: string } }>(
      database.adminUrl,
      `SELECT row_to_json(e) AS event FROM audit.events AS e WHERE action = 'oauth.authorize' AND actor_id = $1`,
      [ada.user.id],
    );
    expect(rows.map(({ event }) => [event.outcome, event.reason])).toEqual([['denied', 'unsupported_response_type']]);
  });
});

describe('the grants of a user', () => {
  const contextOf = ({ user }: Person) => ({
    ...systemContext('req-g', user.tenantId),
    actor: { type: 'user' as const, id: user.id },
    appId: app.client_id,
    isPlatformAdmin: false,
  });

  it('can be listed and revoked only by that user, and the app needs new consent after a revocation', async () => {
    await tokensFor(core, app, ada);
    const grants = core.context.get(GrantsPort);
    const bob = await makePerson(core, tenant(a).id);
    const [grant] = await grants.list(contextOf(ada));
    expect(grant).toMatchObject({
      id: expect.stringMatching(/^grt-/),
      client_id: app.client_id,
      client_name: 'Shop',
      scopes: ['email', 'offline_access', 'openid', 'profile', 'projects.read'],
      last_used_at: expect.stringMatching(/Z$/),
    });
    expect(await grants.list(contextOf(bob))).toEqual([]);
    const id = grant?.id ?? '';
    await expect(grants.revoke(contextOf(bob), id)).rejects.toMatchObject({ code: 'not_found' });
    const foreign = { ...contextOf(ada), tenantId: tenant(b).id };
    await expect(grants.revoke(foreign, id)).rejects.toMatchObject({ code: 'not_found' });
    await grants.revoke(contextOf(ada), id);
    await expect(grants.revoke(contextOf(ada), id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await grants.list(contextOf(ada))).toEqual([]);
    expect(await ask()).toMatchObject({ step: 'consent' });
  });

  it('are not accessible to an app’s own token', async () => {
    const grants = core.context.get(GrantsPort);
    const machine = systemContext('req-m', tenant(a).id);
    await expect(grants.list(machine)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('signing out', () => {
  const logout = (parameters: readonly (readonly [string, string])[], confirmed = false, person: Person | null = ada) =>
    port.endSession(authorizationRequest(parameters, person?.session ?? null), confirmed);
  const isLive = async ({ user, session }: Person): Promise<boolean> =>
    (await core.context.get(SessionsPort).list(user.tenantId, user.id)).some(({ id }) => id === session.id);
  let leaving: RegisteredApp;

  beforeAll(async () => {
    leaving = await makeApp(core, tenant(a).id, { post_logout_redirect_uris: ['https://app.example/bye'] });
  });

  it('asks for confirmation unless the session’s ID token is sent', async () => {
    expect(await logout([['client_id', leaving.client_id]])).toMatchObject({
      step: 'confirm',
      client: { name: 'Shop' },
    });
    expect(await isLive(ada)).toBe(true);
    const { id_token = '' } = await tokensFor(core, leaving, ada);
    const other = await makePerson(core, tenant(a).id);
    expect(await logout([['id_token_hint', id_token]], false, other)).toMatchObject({ step: 'confirm' });
    const back = [
      ['id_token_hint', id_token],
      ['post_logout_redirect_uri', 'https://app.example/bye'],
      ['state', 's 1'],
    ] as const;
    expect(await logout(back)).toEqual({
      step: 'redirect',
      location: 'https://app.example/bye?state=s+1',
      sessionEnded: true,
    });
    expect([await isLive(ada), await isLive(other)]).toEqual([false, true]);
  });

  it('ends the session when the user confirms', async () => {
    expect(await logout([], true)).toMatchObject({ step: 'signed_out' });
    expect(await isLive(ada)).toBe(false);
  });

  it('redirects only to URIs that the app registered', async () => {
    const uri = ['post_logout_redirect_uri', 'https://app.example/bye/'] as const;
    expect(await logout([['client_id', leaving.client_id], uri], true)).toMatchObject({ step: 'error' });
    expect(await logout([uri], true)).toMatchObject({ step: 'error' });
    expect(await logout([['id_token_hint', 'x.y.z']], true)).toMatchObject({ step: 'error' });
    expect(await logout([['client_id', 'app-nobody']], true)).toMatchObject({ step: 'error' });
    expect(await isLive(ada)).toBe(true);
  });
});
