import { openControlPlane } from '../../../test/support/control-plane';
import { eventually } from '../../../test/support/eventually';
import { call, expectError } from '../../../test/support/http-client';
import { codeFor, codeForm, makeApp, makePerson, type Person, tokensFor } from '../../../test/support/people';
import { activateBundle } from '../../../test/support/policy-bundle';
import { callFor } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { outage } from '../../kernel/errors/app-error';
import { UNCONDITIONAL } from '../../kernel/http/conditions/conditions';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp, type RegisteredApp } from '../../modules/apps/contract/apps.types';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { RefreshPort } from '../../modules/oauth/contract/refresh.port';
import { TokenClaimsPort } from '../../modules/oauth/contract/token-claims.port';
import type { TokenClaimsReport } from '../../modules/oauth/contract/token-claims.types';
import { PolicyPort } from '../../modules/policy/contract/policy.port';
import { TokenEventMover } from '../../modules/token-events/token-event-mover';
import { GroupsPort } from '../../modules/users/contract/groups.port';
import { newGroup } from '../../modules/users/contract/groups.types';

type Members = Readonly<Record<string, unknown>>;

let database: TestDatabase;
let core: TestCore;
/** Another process on the same database. */
let twin: TestCore;
let plane: Awaited<ReturnType<typeof openControlPlane>>;
let tenant: TestTenant;
let other: TestTenant;
let app: RegisteredApp;
let service: RegisteredApp;
let ada: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { AUDIENCES: 'https://api.example', POLICY_CPU_MS: '100' });
  twin = await openAllCore(database, { POLICY_CPU_MS: '100' });
  plane = await openControlPlane(core);
});

afterAll(async () => {
  await plane.close();
  await twin.close();
  await core.close();
  await database.drop();
});

beforeEach(async () => {
  [tenant, other] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  app = await makeApp(core, tenant.id);
  service = await makeService(tenant);
  ada = await makePerson(core, tenant.id);
});

afterEach(() => {
  jest.restoreAllMocks();
});

function makeService(of: TestTenant): Promise<RegisteredApp> {
  const input = newApp.parse({ name: 'Sync', declared_scopes: ['projects.read'], default_scopes: ['projects.read'] });
  return core.context.get(AppsPort).register(callFor(of.id), input);
}

/** Calls the administration of a tenant. */
const admin = (method: string, path: string, json?: object, headers: Record<string, string> = {}, of = tenant) =>
  call(`${plane.url}/api/v1/${path}?tenant=${of.id}`, {
    method,
    token: plane.serviceToken,
    headers,
    ...(json === undefined ? {} : { json }),
  });
const rule = (claim: string, from: Members, more: Members = {}): Members => ({
  claim,
  from,
  in: ['access_token'],
  ...more,
});
const put = (rules: readonly Members[], path = 'token-claims', of = tenant) =>
  admin('PUT', path, { rules }, undefined, of);
/** Sends a form to the token endpoint. */
async function post(by: RegisteredApp, form: Members): Promise<{ readonly status: number; readonly body: Members }> {
  const { client_id: id, client_secret: secret = '' } = by;
  const answer = await fetch(`${plane.url}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams(Object.entries(form).map(([name, value]): [string, string] => [name, String(value)])),
  });
  return { status: answer.status, body: (await answer.json()) as Members };
}
/** Exchanges a new code of Ada. */
async function exchange(by = app, person = ada): ReturnType<typeof post> {
  const { code, verifier } = await codeFor(core, by, person);
  return post(by, codeForm(code, verifier));
}
const clientCredentials = (by = service, more: Members = {}) => post(by, { grant_type: 'client_credentials', ...more });
const refresh = (refreshToken: unknown, by = app) =>
  post(by, { grant_type: 'refresh_token', refresh_token: refreshToken });
const inToken = ({ body }: { readonly body: Members }, name = 'access_token'): Members => ({
  ...claimsOf(String(body[name])),
});

/** Activates a policy of a tenant, and waits until it decides in both processes. */
async function activate(modules: Record<string, string>, of = tenant): Promise<void> {
  const version = await activateBundle(database.adminUrl, of.id, { modules });
  for (const { context } of [core, twin]) {
    const query = { tenantId: of.id, rule: 'data.none', input: { value: {} }, deadlineMs: null };
    await eventually(async () =>
      expect((await context.get(PolicyPort).evaluate(systemContext('req-p', of.id), query)).version).toBe(version),
    );
  }
}
const policy = (text: string, of = tenant): Promise<void> =>
  activate({ 'token.rego': `package coresdk.token\n${text}` }, of);

/** Returns the refusals of a tenant's tokens in the audit log. */
async function refusals(of = tenant): Promise<readonly { readonly reason: string; readonly message: string }[]> {
  return queryAs(
    database.adminUrl,
    `SELECT payload->>'reason' AS reason, payload->'metadata'->>'message' AS message FROM kernel.outbox
       WHERE payload->>'tenantId' = $1 AND payload->>'action' = 'oauth.token.issue' AND payload->>'outcome' = 'denied'
     UNION ALL SELECT reason, metadata->>'message' FROM audit.events
       WHERE tenant_id = $1 AND action = 'oauth.token.issue' AND outcome = 'denied'`,
    [of.id],
  );
}

async function expectDenied(answer: Awaited<ReturnType<typeof post>>, description: string | RegExp): Promise<void> {
  const text =
    typeof description === 'string' ? expect.stringContaining(description) : expect.stringMatching(description);
  expect(answer).toMatchObject({ status: 403, body: { error: 'access_denied', error_description: text } });
  expect(answer.body).not.toHaveProperty('access_token');
  const recorded = await refusals();
  expect(recorded.length).toBeGreaterThan(0);
  expect(recorded[0]).toMatchObject({ reason: 'access_denied', message: expect.any(String) });
}

describe('claim rules', () => {
  it('set claims in access tokens, ID tokens and the userinfo response, by their own targets', async () => {
    const group = await core.context
      .get(GroupsPort)
      .create(callFor(tenant.id), newGroup.parse({ displayName: 'Sales', members: [ada.user.id] }));
    const { status } = await put([
      rule('plan', { value: { tier: 'pro' } }, { in: ['access_token', 'id_token', 'userinfo'] }),
      rule('email', { user: 'email' }, { in: ['id_token'] }),
      rule('teams', { user: 'groups' }),
      rule('label', { template: '{user.displayName} at {app.name}' }, { in: ['userinfo'] }),
      rule('writer', { value: true }, { when: { scopes: ['projects.write'] } }),
    ]);
    expect(status).toBe(200);
    const answer = await exchange();
    const claims = inToken(answer);
    expect(claims).toMatchObject({ plan: { tier: 'pro' }, teams: [group.id], sub: ada.user.id });
    for (const name of ['email', 'label', 'writer']) expect(claims).not.toHaveProperty(name);
    const idToken = inToken(answer, 'id_token');
    expect(idToken).toMatchObject({ plan: { tier: 'pro' }, email: ada.user.email, aud: app.client_id });
    for (const name of ['teams', 'label']) expect(idToken).not.toHaveProperty(name);
    const userinfo = await call(`${plane.url}/oauth/userinfo`, { token: String(answer.body['access_token']) });
    expect(userinfo.body).toMatchObject({
      sub: ada.user.id,
      email: ada.user.email,
      plan: { tier: 'pro' },
      label: 'Ada Lovelace at Shop',
    });
  });

  it('of an app replace those of its tenant, and apply only to that app', async () => {
    await put([rule('tier', { value: 'tenant' }), rule('region', { value: 'eu' })]);
    expect((await put([rule('tier', { value: 'app' })], `apps/${service.client_id}/token-claims`)).status).toBe(200);
    expect(inToken(await clientCredentials())).toMatchObject({ tier: 'app', region: 'eu' });
    expect(inToken(await exchange())).toMatchObject({ tier: 'tenant', region: 'eu' });
  });

  it('set no claim of a user in a client’s own token', async () => {
    await put([rule('mail', { user: 'email' }), rule('email', { user: 'email' }), rule('app_name', { app: 'name' })]);
    const claims = inToken(await clientCredentials());
    expect(claims).toMatchObject({ app_name: 'Sync', sub: service.client_id });
    for (const name of ['mail', 'email']) expect(claims).not.toHaveProperty(name);
  });

  it('use the metadata of the app, and follow its changes', async () => {
    await put([rule('app_plan', { app: 'metadata.plan' }), rule('app_data', { app: 'metadata' })]);
    expect(inToken(await clientCredentials())).not.toHaveProperty('app_data');
    expectError(
      await admin('PATCH', `apps/${service.client_id}`, { metadata: { '1st': 'x' } }),
      400,
      'invalid_request',
    );
    const changed = await admin('PATCH', `apps/${service.client_id}`, { metadata: { plan: 'pro' } });
    expect(changed.body).toMatchObject({ metadata: { plan: 'pro' } });
    expect(inToken(await clientCredentials())).toMatchObject({ app_plan: 'pro', app_data: { plan: 'pro' } });
  });

  it('see the audience of the token', async () => {
    await put([rule('for_api', { value: true }, { when: { audiences: ['https://api.example'] } })]);
    expect(inToken(await clientCredentials())).not.toHaveProperty('for_api');
    expect(inToken(await clientCredentials(service, { resource: 'https://api.example' }))).toMatchObject({
      for_api: true,
    });
  });

  it('reach the next refresh in every process, and the sidecar', async () => {
    const kept = await makeApp(core, tenant.id, { refresh_rotation: false });
    const { body } = await exchange();
    const { refresh_token: keptToken } = await tokensFor(core, kept, ada);
    await put([rule('tier', { value: 'new' })]);
    expect(inToken(await refresh(body['refresh_token']))).toMatchObject({ tier: 'new' });
    const bySidecar = () => twin.context.get(RefreshPort).refresh(systemContext('req-s'), keptToken, null);
    await eventually(async () => expect(claimsOf((await bySidecar()).token)).toMatchObject({ tier: 'new' }));
    await put([]);
    await eventually(async () => expect(claimsOf((await bySidecar()).token)).not.toHaveProperty('tier'));
  });

  it('do not change what the product reads from a token', async () => {
    await put([rule('plan', { value: 'pro' })]);
    const { body } = await clientCredentials();
    const verdict = await core.context.get(AccessTokensPort).verify(String(body['access_token']));
    expect(verdict).toMatchObject({ valid: true, claims: { sub: service.client_id } });
    expect(verdict.valid && verdict.claims).not.toHaveProperty('plan');
    expect(verdict).toMatchObject({ custom: { plan: 'pro' } });
    const introspected = await call(`${plane.url}/oauth/introspect`, {
      basic: [service.client_id, service.client_secret ?? ''],
      form: { token: String(body['access_token']) },
    });
    expect(introspected.body).toMatchObject({ active: true, plan: 'pro', sub: service.client_id });
  });

  it('end with their app, even if its id is registered again', async () => {
    const path = `apps/${service.client_id}/token-claims`;
    await put([rule('tier', { value: 'app' })], path);
    const apps = core.context.get(AppsPort);
    const { belongings } = await apps.remove(callFor(tenant.id), service.client_id);
    expect(belongings).toContainEqual(expect.objectContaining({ what: 'claim rules', becomes: 'ended', count: 1 }));
    expectError(await admin('GET', path), 404, 'not_found');
    const input = newApp.parse({ name: 'Again', client_id: service.client_id, declared_scopes: ['projects.read'] });
    const again = await apps.register(callFor(tenant.id), input);
    expect((await admin('GET', path)).body).toMatchObject({ rules: [], version: 1 });
    expect(inToken(await clientCredentials(again))).not.toHaveProperty('tier');
    await put([rule('tier', { value: 'new' })], path);
    expect(inToken(await clientCredentials(again))).toMatchObject({ tier: 'new' });
  });
});

describe('the administration of claim rules', () => {
  it('returns versions with entity tags, and refuses a change of an outdated version', async () => {
    const first = await admin('GET', 'token-claims');
    expect([first.headers.get('etag'), first.body]).toEqual([
      '"v0"',
      { rules: [], version: 0, updatedAt: null, updatedBy: null },
    ]);
    const rules = [rule('plan', { value: 'pro' })];
    const changed = await admin('PUT', 'token-claims', { rules }, { 'if-match': '"v0"' });
    expect([changed.status, changed.headers.get('etag'), changed.body]).toMatchObject([
      200,
      '"v1"',
      { rules, version: 1 },
    ]);
    expectError(await admin('PUT', 'token-claims', { rules: [] }, { 'if-match': '"v0"' }), 412, 'precondition_failed');
    const known = await admin('GET', 'token-claims', undefined, { 'if-none-match': '"v1"' });
    expect(known.status).toBe(304);
    const recorded = await queryAs<{ metadata: Members }>(
      database.adminUrl,
      `SELECT payload->'metadata' AS metadata FROM kernel.outbox WHERE payload->>'tenantId' = $1 AND payload->>'action' = 'token_claims.put'
       UNION ALL SELECT metadata FROM audit.events WHERE tenant_id = $1 AND action = 'token_claims.put' AND outcome = 'success'`,
      [tenant.id],
    );
    expect(recorded).toContainEqual({ metadata: expect.objectContaining({ version: 1, claims: ['plan'] }) });
  });

  it('refuses an app of a different tenant', async () => {
    const path = `apps/${service.client_id}/token-claims`;
    expectError(await put([rule('plan', { value: 1 })], path, other), 404, 'not_found');
    expectError(await admin('GET', path, undefined, {}, other), 404, 'not_found');
  });

  it('refuses a caller without the scope admin', async () => {
    const { body } = await clientCredentials();
    const answer = await call(`${plane.url}/api/v1/token-claims`, { token: String(body['access_token']) });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['a reserved claim', rule('tenant_id', { value: 'tnt-b' }), '/rules/0/claim'],
    ['a reserved claim in a different case', rule('Tenant_Id', { value: 'tnt-b' }), '/rules/0/claim'],
    ['letters that look alike', rule('r\u043eles', { value: ['owner'] }), '/rules/0/claim'],
    ['a prototype', rule('__proto__', { value: {} }), '/rules/0/claim'],
    ['an address that is not the user’s', rule('email', { value: 'root@example.com' }), '/rules/0/from'],
    ['a huge value', rule('text', { value: 'x'.repeat(5_000) }), '/rules/0/from/value'],
    ['an unknown member', rule('text', { template: '{user.password}' }), '/rules/0/from/template'],
    ['a long name', rule('x'.repeat(65), { value: 1 }), '/rules/0/claim'],
    ['two sources', rule('text', { value: 1, app: 'id' }), '/rules/0/from'],
  ])('refuses %s', async (_what, refused, pointer) => {
    const answer = await put([refused]);
    expectError(answer, 400, 'invalid_request');
    expect(JSON.stringify(answer.body)).toContain(pointer);
    expect((await admin('GET', 'token-claims')).body).toMatchObject({ version: 0 });
  });

  it('refuses more than 50 rules', async () => {
    const rules = Array.from({ length: 51 }, (_, index) => rule(`claim_${index}`, { value: 1 }));
    expectError(await put(rules), 400, 'invalid_request');
    expect((await put(rules.slice(1))).status).toBe(200);
  });
});

describe('a token is denied', () => {
  it('if a stored rule sets a claim that is reserved by now', async () => {
    const [row] = [JSON.stringify([rule('roles', { value: ['owner'] })])];
    await queryAs(
      database.adminUrl,
      `INSERT INTO oauth.claim_rules (tenant_id, app_id, version, rules, updated_by) VALUES ($1, '', 1, $2, 'test')`,
      [tenant.id, row],
    );
    await expectDenied(await clientCredentials(), "The claim 'roles' is reserved.");
    await expectDenied(await exchange(), "The claim 'roles' is reserved.");
  });

  it('if the claims of its rules are too large together', async () => {
    await put([rule('a', { value: 'x'.repeat(2_100) }), rule('b', { value: 'x'.repeat(2_100) })]);
    await expectDenied(await clientCredentials(), 'at most 4096 bytes');
  });

  it('if the policy denies it, with the messages of the policy', async () => {
    await policy('deny contains "No tokens for this app." if input.grant == "client_credentials"');
    await expectDenied(await clientCredentials(), 'No tokens for this app.');
    expect((await exchange()).status).toBe(200);
  });

  it.each([
    ['sets a reserved claim', 'claims := {"tenant_id": "tnt-b"}', 'is reserved'],
    ['sets a reserved claim in a different case', 'claims := {"Sub": "root"}', 'is reserved'],
    ['sets a claim with letters that look alike', 'claims := {"r\u043eles": ["owner"]}', 'A claim name is a letter'],
    ['sets a prototype', 'claims := {"__proto__": {"sub": "root"}}', 'A claim name is a letter'],
    ['hides a prototype in a claim', 'claims := {"plan": {"__proto__": {}}}', '__proto__'],
    ['sets the address of someone else', 'claims := {"email": "root@example.com"}', 'differs from the user'],
    [
      'returns too much',
      'claims := {"text": concat("", [x | some _ in numbers.range(1, 5000); x := "x"])}',
      /at most 4096 bytes/,
    ],
    [
      'returns a huge document',
      'huge := [x | some i in numbers.range(1, 9000); x := sprintf("%020d", [i])]',
      'characters',
    ],
    ['does not deny with a list', 'deny := "no"', 'not a list of strings'],
    ['wants a longer lifetime than any', 'access_token_lifetime := -1', 'not a positive whole number'],
    ['fails', 'deny contains "x" if 1 / input.scopes[7] > 0\nclaims := {"a": 1 / 0}', 'failed: eval_builtin_error'],
    [
      'fails in a rule that would deny',
      'deny contains "x" if to_number(input.app.name) > 0',
      'failed: eval_builtin_error',
    ],
    [
      'contradicts itself',
      'claims := {"a": 1} if input.grant\nclaims := {"a": 2} if input.app',
      'failed: eval_conflict_error',
    ],
  ])('if the policy %s', async (_what, text, description) => {
    await policy(text);
    await expectDenied(await clientCredentials(), description);
  });

  it('if the document of the policy is undefined', async () => {
    await activate({ 'c.rego': 'package coresdk\n\ntoken := {"deny": []} if input.grant == "authorization_code"' });
    await expectDenied(await clientCredentials(), 'is undefined for this input');
    expect((await exchange()).status).toBe(200);
  });

  it('if the policy is too slow', async () => {
    await policy('slow := count([1 | some i in numbers.range(1, 3000); some j in numbers.range(1, 3000); i * j < 0])');
    await expectDenied(await clientCredentials(), 'was stopped');
  });

  it('if the policy uses too much memory', async () => {
    await policy(
      'large := [y | some i in numbers.range(1, 2000); y := [z | some j in numbers.range(1, 2000); z := sprintf("%d-%d", [i, j])]]',
    );
    await expectDenied(await clientCredentials(), 'was stopped');
  });

  it('with an outage if it cannot be determined whether a policy decides', async () => {
    jest.spyOn(core.context.get(PolicyPort), 'defines').mockRejectedValue(outage('policy_unavailable'));
    expect(await clientCredentials()).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  });
});

describe('a policy', () => {
  it('sees the grant, the app, the user, the scopes, the audience, the claims and the address', async () => {
    await put([rule('tier', { value: 'pro' })]);
    await policy('claims := {"seen": input}');
    const { seen } = inToken(await exchange());
    expect(seen).toEqual({
      grant: 'authorization_code',
      app: { id: app.client_id, name: 'Shop', type: 'web', metadata: {} },
      user: expect.objectContaining({ id: ada.user.id, role: 'member', email: ada.user.email, groups: [] }),
      scopes: ['openid', 'profile', 'email', 'offline_access', 'projects.read'],
      audience: ['http://localhost:8000'],
      claims: expect.objectContaining({ sub: ada.user.id, tier: 'pro', tenant_id: tenant.id }),
      request: { ip: '127.0.0.1' },
    });
    expect(inToken(await clientCredentials())['seen']).toMatchObject({ grant: 'client_credentials', user: null });
  });

  it('adds claims to the access token, not to the ID token, and shortens its lifetime', async () => {
    await put([rule('tier', { value: 'rule' })]);
    await policy('claims := {"tier": "policy", "email": input.user.email}\naccess_token_lifetime := 60');
    const answer = await exchange();
    expect(answer.body).toMatchObject({ expires_in: 60 });
    const claims = inToken(answer) as { readonly exp: number; readonly iat: number };
    expect(claims).toMatchObject({ tier: 'policy', email: ada.user.email });
    expect(claims.exp - claims.iat).toBe(60);
    expect(inToken(answer, 'id_token')).not.toHaveProperty('tier');
  });

  it('cannot lengthen the lifetime', async () => {
    await policy('access_token_lifetime := 86400');
    expect((await clientCredentials()).body).toMatchObject({ expires_in: 3_600 });
  });

  it('decides about each refresh, and a denied refresh leaves the refresh token valid', async () => {
    const { body } = await exchange();
    await policy('deny contains "Come back later." if input.grant == "refresh_token"');
    await expectDenied(await refresh(body['refresh_token']), 'Come back later.');
    await policy('claims := {"tier": "new"}');
    expect(inToken(await refresh(body['refresh_token']))).toMatchObject({ tier: 'new' });
  });

  it('leaves the code valid if it denies the exchange', async () => {
    const { code, verifier } = await codeFor(core, app, ada);
    await policy('deny contains "Not yet."');
    await expectDenied(await post(app, codeForm(code, verifier)), 'Not yet.');
    await policy('claims := {}');
    expect((await post(app, codeForm(code, verifier))).status).toBe(200);
  });

  it('of one tenant neither decides about nor sees tokens of another', async () => {
    await policy('deny contains "Never."');
    const foreign = await makeService(other);
    expect((await clientCredentials(foreign)).status).toBe(200);
    await policy('claims := {"tier": "b"}', other);
    expect(inToken(await clientCredentials(foreign))).toMatchObject({ tier: 'b' });
    await expectDenied(await clientCredentials(), 'Never.');
  });

  it('that only worker threads compile decides too', async () => {
    const padding = Array.from({ length: 2_000 }, (_, index) => `rule_${index} := "${'x'.repeat(20)}"`).join('\n');
    await activate({
      'main.rego': `package main\n\n${padding}\n`,
      'token.rego': 'package coresdk.token\n\nclaims := {"tier": "large"}',
    });
    expect(inToken(await clientCredentials())).toMatchObject({ tier: 'large' });
    await activate({ 'main.rego': `package main\n\n${padding}\n` });
    expect(inToken(await clientCredentials())).not.toHaveProperty('tier');
    expect(inToken(await clientCredentials())).not.toHaveProperty('tier');
  });

  it('without the document is not evaluated', async () => {
    const evaluate = jest.spyOn(core.context.get(PolicyPort), 'document');
    await activate({ 'app.rego': 'package app\n\nallow := true' });
    expect((await clientCredentials()).status).toBe(200);
    expect(evaluate).not.toHaveBeenCalled();
  });

  it('is turned off and on by the operator alone, and each change is audited', async () => {
    await policy('deny contains "Never."');
    expect((await admin('GET', 'token-claims/policy')).body).toMatchObject({
      enabled: true,
      defined: true,
      updatedBy: null,
    });
    const off = await admin('PUT', 'token-claims/policy', { enabled: false });
    expect([off.status, off.body]).toMatchObject([200, { enabled: false, defined: true }]);
    expect((await clientCredentials()).status).toBe(200);
    const admins = await core.context
      .get(AppsPort)
      .register(
        callFor(tenant.id),
        newApp.parse({ name: 'Admin', declared_scopes: ['admin'], default_scopes: ['admin'] }),
      );
    const { body } = await clientCredentials(admins);
    const asAdmin = { method: 'PUT', token: String(body['access_token']), json: { enabled: true } };
    expectError(await call(`${plane.url}/api/v1/token-claims/policy`, asAdmin), 403, 'forbidden');
    const ofTenant = { ...callFor(tenant.id), isPlatformAdmin: false };
    await expect(core.context.get(TokenClaimsPort).setPolicy(ofTenant, true)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect((await admin('PUT', 'token-claims/policy', { enabled: true })).status).toBe(200);
    await expectDenied(await clientCredentials(), 'Never.');
    const recorded = await queryAs<{ enabled: string }>(
      database.adminUrl,
      `SELECT payload->'metadata'->>'enabled' AS enabled FROM kernel.outbox
         WHERE payload->>'tenantId' = $1 AND payload->>'action' = 'token_claims.policy.put'
           AND payload->>'outcome' = 'success'
       UNION ALL SELECT metadata->>'enabled' FROM audit.events
         WHERE tenant_id = $1 AND action = 'token_claims.policy.put' AND outcome = 'success'`,
      [tenant.id],
    );
    expect(recorded.map(({ enabled }) => enabled).sort()).toEqual(['false', 'true']);
  });
});

describe('a trial', () => {
  const trial = (body: object): ReturnType<typeof admin> => admin('POST', 'token-claims/try', body);
  /** Waits until the issuances are in the log of token events, which a task moves there. */
  const tried = async (count: number, body: object): Promise<TokenClaimsReport> => {
    const report = { last: {} as TokenClaimsReport };
    await eventually(async () => {
      await core.context.get(TokenEventMover, { strict: false }).move();
      report.last = (await trial(body)).body as unknown as TokenClaimsReport;
      expect(report.last.summary.issuances).toBe(count);
    });
    return report.last;
  };

  it('of rules shows the claims of the last issuances before and after, and changes nothing', async () => {
    await put([rule('tier', { value: 'old' })]);
    const { body } = await exchange();
    await refresh(body['refresh_token']);
    await clientCredentials();
    const rules = [
      rule('tier', { value: 'new' }, { when: { scopes: ['openid'] } }),
      rule('mail', { user: 'email' }, { in: ['id_token', 'userinfo'] }),
    ];
    const { summary, items, notes } = await tried(3, { rules });
    expect(summary).toEqual({ issuances: 3, unchanged: 0, changed: 3, denied: 0, allowed: 0, skipped: 0, failed: 0 });
    expect(items.map(({ grant, appId, userId }) => [grant, appId, userId])).toEqual([
      ['client_credentials', service.client_id, null],
      ['refresh_token', app.client_id, ada.user.id],
      ['authorization_code', app.client_id, ada.user.id],
    ]);
    const mail = { mail: ada.user.email };
    expect(items[2]).toMatchObject({
      effect: 'changed',
      before: { outcome: 'issued', accessToken: { tier: 'old' }, idToken: {}, userinfo: {}, lifetimeSeconds: 3_600 },
      after: { outcome: 'issued', accessToken: { tier: 'new' }, idToken: mail, userinfo: mail },
    });
    expect(items[0]?.after).toMatchObject({ accessToken: {}, idToken: {}, userinfo: {} });
    expect(notes.join(' ')).toContain('those of today');
    expect((await admin('GET', 'token-claims')).body).toMatchObject({
      version: 1,
      rules: [{ from: { value: 'old' } }],
    });
    expect((await tried(1, { rules, last: 1 })).items).toHaveLength(1);
  });

  it('of rules for one app repeats the issuances of that app', async () => {
    await exchange();
    await clientCredentials();
    const { items } = await tried(1, { rules: [rule('tier', { value: 'app' })], appId: service.client_id });
    expect(items).toMatchObject([
      { appId: service.client_id, effect: 'changed', after: { accessToken: { tier: 'app' } } },
    ]);
    expectError(await trial({ rules: [], appId: 'app-unknown' }), 404, 'not_found');
  });

  it('of a policy shows denials and failures, over the other modules of the active policy', async () => {
    await activate({
      'token.rego': 'package coresdk.token\n\ndeny contains "Old." if input.app.name == "Shop"',
      'lib.rego': 'package lib\n\ntier := "pro"',
    });
    await expectDenied(await exchange(), 'Old.');
    await clientCredentials();
    await admin('PUT', 'token-claims/policy', { enabled: false });
    await exchange();
    await admin('PUT', 'token-claims/policy', { enabled: true });
    const draft = `package coresdk.token\nimport data.lib\nclaims := {"tier": lib.tier} if input.user
deny contains "No machines." if input.grant == "client_credentials"`;
    const { summary, items } = await tried(2, { policy: draft });
    expect(summary).toMatchObject({ denied: 1, allowed: 1 });
    expect(items).toMatchObject([
      {
        effect: 'allowed',
        before: { outcome: 'denied', message: 'Old.' },
        after: { outcome: 'issued', accessToken: { tier: 'pro' } },
      },
      { effect: 'denied', before: { outcome: 'issued' }, after: { outcome: 'denied', message: 'No machines.' } },
    ]);
    const failing = await tried(2, { policy: 'package coresdk.token\nclaims := {"roles": ["owner"]}' });
    expect(failing.summary).toMatchObject({ failed: 2 });
    expect(failing.items[0]?.after?.message).toContain('is reserved');
    await expectDenied(await exchange(), 'Old.');
  });

  it('is refused if a draft is invalid, or missing', async () => {
    const answer = await trial({ policy: 'package coresdk.token\n\ndeny contains' });
    expectError(answer, 422, 'unprocessable');
    expect(JSON.stringify(answer.body)).toContain('/draft.rego:3');
    expectError(await trial({ policy: 'package tenant_wall\n\ndeny := set()' }), 422, 'unprocessable');
    expectError(await trial({ rules: [rule('sub', { value: 'root' })] }), 400, 'invalid_request');
    expectError(await trial({}), 400, 'invalid_request');
    expectError(await trial({ rules: [], last: 201 }), 400, 'invalid_request');
  });

  it('skips issuances whose user or app no longer exists', async () => {
    await exchange();
    await clientCredentials();
    await core.context.get(AppsPort).remove(callFor(tenant.id), service.client_id);
    const { items, summary } = await tried(2, { rules: [] });
    expect(summary).toMatchObject({ skipped: 1, unchanged: 1 });
    expect(items[0]).toMatchObject({ effect: 'skipped', skipped: 'The app was deleted.', before: null, after: null });
  });

  it('of a slow policy is limited in time', async () => {
    await clientCredentials();
    const slow = `package coresdk.token
slow := count([1 | some i in numbers.range(1, 3000); some j in numbers.range(1, 3000); i * j < 0])`;
    const { items } = await tried(1, { policy: slow });
    expect(items[0]?.after).toMatchObject({ outcome: 'failed', message: expect.stringContaining('was stopped') });
  });

  it('sees only the issuances of its own tenant', async () => {
    await clientCredentials(await makeService(other));
    await clientCredentials();
    const { items } = await tried(1, { rules: [rule('tier', { value: 'new' })] });
    expect(items).toMatchObject([{ appId: service.client_id }]);
  });
});

describe('rules over the port', () => {
  it('are refused for text that the database cannot store', async () => {
    const rules = [{ claim: 'text', from: { value: 'a\0' }, in: ['access_token' as const] }];
    await expect(
      core.context.get(TokenClaimsPort).put(callFor(tenant.id), null, { rules }, UNCONDITIONAL),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
