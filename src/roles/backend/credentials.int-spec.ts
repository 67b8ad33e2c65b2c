import { limitsConfig } from '../../kernel/limits/limits.config';
import { eventually } from '../../../test/support/eventually';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { makeUser, moveClock, recordedOf } from '../../../test/support/accounts';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import {
  claimsOf,
  makeTenant,
  signToken,
  suspendTenant,
  type TestTenant,
  tokenOf,
} from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId, newUlid } from '../../kernel/ids/ids';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { newApp } from '../../modules/apps/contract/apps.types';
import { ApiKeysPort } from '../../modules/credentials/contract/api-keys.port';
import {
  CREDENTIAL_LIMITS,
  type Credential,
  type CredentialWithKey,
} from '../../modules/credentials/contract/credentials.types';
import { CredentialsCleanupTask } from '../../modules/credentials/credentials-cleanup-task';
import { KeyUse } from '../../modules/credentials/key-use';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import type { OauthRequest, TokenAnswer } from '../../modules/oauth/contract/oauth.types';
import { TOKEN_EXCHANGE } from '../../modules/apps/contract/grant-types';
import { API_KEY_TYPE } from '../../modules/oauth/use-cases/token/api-key.exchange';
import { UsersPort } from '../../modules/users/contract/users.port';
import type { UserRole } from '../../modules/users/contract/users.types';

interface Listed {
  readonly items: readonly Credential[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

interface App {
  readonly clientId: string;
  readonly secret: string;
  readonly token: string;
}

const SCOPES = [
  'projects.read',
  'projects.write',
  'credentials.read',
  'credentials.write',
  'users.read',
  'files.read',
  'admin',
];
const OWN = SCOPES.filter((scope) => scope !== 'admin').join(' ');

let database: TestDatabase;
let core: TestCore;
let surface: TestBackend;
let url: string;
let a: TestTenant;
let b: TestTenant;
let app: App;
let token: string;
let admin: string;
let owner: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { LIMIT_PER_ADDRESS: '150' });
  surface = await openBackend(core);
  url = surface.url;
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  app = await newAppOf(a);
  token = app.token;
  admin = (await newAppOf(a, 'admin credentials.read credentials.write')).token;
  owner = (await person('owner', 'users.read users.write')).token;
});

afterEach(() => moveClock(core, 0));

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

/** Creates an app in a tenant, with its own token. The app declares all scopes that these tests use. */
async function newAppOf(tenant: TestTenant, scope = OWN): Promise<App> {
  const input = newApp.parse({ name: 'Robot', declared_scopes: SCOPES, default_scopes: [] });
  const made = await core.context.get(AppsPort).register(systemContext(newId('req'), tenant.id), input);
  await core.feed.catchUp();
  const [clientId, secret] = [made.client_id, made.client_secret ?? ''];
  const claims = { sub: clientId, client_id: clientId, app_id: clientId, scope };
  return { clientId, secret, token: await tokenOf(core, tenant, claims) };
}

/** Creates a user of tenant a with the given role in the tenant, and a token issued through the app. */
async function person(role: UserRole, scope = OWN): Promise<{ readonly id: string; readonly token: string }> {
  const { id } = await makeUser(core, a.id, { role });
  const claims = { ...claimsOf(token), jti: newUlid(), sub: id, user_id: id, roles: [role], scope };
  return { id, token: signToken(core, claims) };
}

const send = <T = Credential>(path: string, options: Call = {}): Promise<Answer<T>> =>
  call<T>(`${url}/v1/credentials${path}`, { token, ...options });

const make = async (json: object = {}, options: Call = {}): Promise<CredentialWithKey> => {
  const answer = await send<CredentialWithKey>('', {
    json: { name: 'CI', scopes: ['projects.read'], ...json },
    ...options,
  });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
};

const post = <T = Credential>(path: string, json: object = {}, options: Call = {}): Promise<Answer<T>> =>
  send<T>(path, { json, ...options });

const use = async (key: string, path = '/v1/projects'): Promise<number> =>
  (await call(url + path, { token: key })).status;

const formRequest = (form: object, authorization?: string): OauthRequest => ({
  form: { ...form },
  authorization,
  requestId: newId('req'),
  ip: '192.0.2.1',
  traceparent: null,
});

const exchange = (key: string, form: object = {}, authorization?: string): Promise<TokenAnswer> =>
  core.context
    .get(OauthPort)
    .token(
      formRequest(
        { grant_type: TOKEN_EXCHANGE, subject_token: key, subject_token_type: API_KEY_TYPE, ...form },
        authorization,
      ),
    );

const basic = ({ clientId, secret }: App): string => `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;

const audited = ({ requestId }: Pick<Answer<unknown>, 'requestId'>) =>
  queryAs<{ action: string; actor_id: string; resource_id: string; metadata: object }>(
    database.adminUrl,
    'SELECT action, actor_id, resource_id, metadata FROM audit.events WHERE request_id = $1',
    [requestId],
  );

describe('an API key', () => {
  it('hides its owner and its scopes from readers of events', async () => {
    const { id } = await make();
    const data = { id, type: 'api_key', status: 'active', expiresAt: null, version: 1 };
    await eventually(async () => {
      const told = await queryAs<{ type: string; data: object }>(
        database.adminUrl,
        'SELECT type, data FROM events.events WHERE subject = $1',
        [`credential/${id}`],
      );
      expect(told).toEqual([{ type: 'coresdk.credential.created', data }]);
    });
  });

  it('is shown only once, and is stored only as a keyed hash', async () => {
    const answer = await post<CredentialWithKey>('', { name: 'CI', scopes: ['projects.read'] });
    const { key, ...shown } = answer.body;
    expect(answer.status).toBe(201);
    expect(key).toMatch(/^cpod_[0-9A-Za-z]{61}$/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^crd-/),
      name: 'CI',
      type: 'api_key',
      keyPrefix: key.slice(0, 17),
      scopes: ['projects.read'],
      status: 'active',
      ownerType: 'service',
      ownerId: app.clientId,
      appId: app.clientId,
      expiresAt: null,
      previousValidUntil: null,
      lastUsedAt: null,
      revokedAt: null,
      version: 1,
      createdAt: expect.any(String),
      createdBy: app.clientId,
      updatedAt: shown.createdAt,
      updatedBy: app.clientId,
    });
    expect((await send(`/${shown.id}`)).body).toEqual(shown);
    const list = await send<Listed>('?limit=500');
    expect(list.body.items).toContainEqual(shown);
    expect(list.text).not.toContain(key);
    const stored = await queryAs<{ text: string }>(
      database.adminUrl,
      `SELECT c::text || k::text AS text FROM credentials.credentials c JOIN credentials.keys k ON k.credential_id = c.id
       WHERE c.id = $1`,
      [shown.id],
    );
    expect(stored).toHaveLength(1);
    expect(stored[0]?.text).not.toContain(key.slice(17, 60));
    expect(await audited(answer)).toEqual([
      {
        action: 'credential.create',
        actor_id: app.clientId,
        resource_id: shown.id,
        metadata: { scopes: ['projects.read'] },
      },
    ]);
  });

  it('is valid as a bearer token for its own scopes, and the record of the call names it', async () => {
    const { key, id } = await make({ scopes: ['projects.read', 'projects.write'] });
    const name = newUlid().slice(-6).toUpperCase();
    const made = await call(`${url}/v1/projects`, { token: key, json: { key: `K${name}`, name: 'By a key' } });
    expect(made.status).toBe(201);
    expect(await audited(made)).toMatchObject([
      { action: 'project.create', actor_id: app.clientId, metadata: { credentialId: id } },
    ]);
    const reader = await make();
    expect(await use(reader.key)).toBe(200);
    const denied = await call(`${url}/v1/projects`, { token: reader.key, json: { key: 'NO', name: 'No' } });
    expectError(denied, 403, 'forbidden');
    expect(await audited(denied)).toMatchObject([{ metadata: { credentialId: reader.id } }]);
  });

  it('has the same claims as a token of its owner', async () => {
    const ada = await person('member');
    const { key, id } = await make({}, { token: ada.token });
    const verdict = await core.context.get(AccessTokensPort).verify(`Bearer ${key}`);
    const now = Date.now() / 1000;
    expect(verdict).toMatchObject({
      valid: true,
      claims: {
        sub: ada.id,
        user_id: ada.id,
        client_id: app.clientId,
        app_id: app.clientId,
        tenant_id: a.id,
        tenant_slug: a.slug,
        roles: ['member'],
        scope: 'projects.read',
        credential_id: id,
      },
    });
    if (!verdict.valid) throw new Error('The key was accepted.');
    // A client that caches until `exp` must learn of a revocation promptly.
    expect(verdict.claims.exp - now).toBeLessThanOrEqual(300);
    expect(verdict.claims.exp).toBeGreaterThan(now);
  });

  it('is rejected with the reason: malformed, unknown, expired or revoked', async () => {
    const { key } = await make();
    const refusal = async (presented: string) => {
      const verdict = await core.context.get(AccessTokensPort).verify(presented);
      return verdict.valid ? 'accepted' : verdict.refusal;
    };
    const typo = key.slice(0, 30) + (key[30] === 'a' ? 'b' : 'a') + key.slice(31);
    expect([await refusal(key), await refusal(typo), await refusal('cpod_'), await refusal(`${key}x`)]).toEqual([
      'accepted',
      'key_mistyped',
      'key_mistyped',
      'key_mistyped',
    ]);
    const answer = await call(`${url}/v1/projects`, { token: typo });
    expectError(answer, 401, 'unauthorized');
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('is reported as unknown if only its prefix matches', async () => {
    const [{ key }, { keyPrefix }] = [await make(), await make()];
    const { crc32 } = await import('node:zlib');
    const body = keyPrefix + key.slice(17, 60);
    const chars = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    let [rest, sum] = [crc32(body), ''];
    for (let i = 0; i < 6; i++) [sum, rest] = [chars.charAt(rest % 62) + sum, Math.floor(rest / 62)];
    expect(await core.context.get(AccessTokensPort).verify(body + sum)).toEqual({
      valid: false,
      refusal: 'key_unknown',
    });
  });

  it('cannot have a scope that is unknown, forbidden for keys, or missing from its creator’s token', async () => {
    const asked = (scopes: readonly unknown[], options: Call = {}) =>
      post<Credential>('', { name: 'x', scopes }, options);
    const beyond = await asked(['projects.read', 'users.write']);
    expectError(beyond, 403, 'forbidden');
    expect(beyond.body).toMatchObject({ errors: [{ pointer: '/scopes/1', code: 'beyond' }] });
    expectError(await asked(['admin']), 403, 'forbidden');
    const wide = (await newAppOf(a, `${OWN} openid platform.admin`)).token;
    for (const scope of ['openid', 'platform.admin'])
      expectError(await asked([scope], { token: wide }), 403, 'forbidden');
    for (const scopes of [[], ['a', 'a'], ['a b'], [7], ['x.*']])
      expectError(await asked(scopes), 400, 'invalid_request');
  });

  it('cannot create keys, and neither can a token issued from it', async () => {
    const { key } = await make({ scopes: ['credentials.write', 'credentials.read'] });
    const { access_token: made } = await exchange(key);
    for (const bearer of [key, made]) {
      expect(await use(bearer, '/v1/credentials')).toBe(200);
      const refused = await post('', { name: 'x', scopes: ['credentials.read'] }, { token: bearer });
      expectError(refused, 403, 'forbidden');
    }
  });

  it('is valid until it expires, as are the tokens issued from it', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { key, id } = await make({ expiresAt });
    const { access_token: made, expires_in: left } = await exchange(key);
    expect(left).toBeLessThanOrEqual(3_600);
    expect(await use(key)).toBe(200);
    moveClock(core, 3_600_001);
    expect([await use(key), await use(made)]).toEqual([401, 401]);
    moveClock(core, 0);
    expect((await send(`/${id}`)).body).toMatchObject({ status: 'active', expiresAt });
    for (const past of [new Date(Date.now() - 1).toISOString(), 'tomorrow', 7]) {
      expectError(await post('', { name: 'x', scopes: ['projects.read'], expiresAt: past }), 400, 'invalid_request');
    }
  });

  it('shows when it was last used; this time is updated at most once a minute', async () => {
    const { key, id } = await make();
    expect(await use(key)).toBe(200);
    await core.context.get(KeyUse).write();
    const first = (await send(`/${id}`)).body.lastUsedAt;
    expect(first).not.toBeNull();
    expect(await use(key)).toBe(200);
    await core.context.get(KeyUse).write();
    expect((await send(`/${id}`)).body).toMatchObject({ lastUsedAt: first, version: 1 });
    moveClock(core, 61_000);
    expect(await use(key)).toBe(200);
    await core.context.get(KeyUse).write();
    expect((await send(`/${id}`)).body.lastUsedAt?.localeCompare(first ?? '')).toBe(1);
  });

  it('is created once per idempotency key, and shown again in the replay', async () => {
    const options = { headers: { 'idempotency-key': newUlid() } };
    const json = { name: 'Once', scopes: ['projects.read'] };
    const [first, again] = [
      await post<CredentialWithKey>('', json, options),
      await post<CredentialWithKey>('', json, options),
    ];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await use(first.body.key)).toBe(200);
  });
});

describe('rotating a key', () => {
  it('returns a new key and keeps the previous key valid during the overlap', async () => {
    const before = await make();
    const rotated = await post<CredentialWithKey>(`/${before.id}/rotate`, { overlapSeconds: 60 });
    expect([rotated.status, rotated.headers.get('etag')]).toEqual([200, '"2"']);
    const { key, keyPrefix, previousValidUntil } = rotated.body;
    expect(key.startsWith(keyPrefix)).toBe(true);
    expect(key).not.toBe(before.key);
    expect(Date.parse(previousValidUntil ?? '') - Date.now()).toBeLessThanOrEqual(60_000);
    expect([await use(before.key), await use(key)]).toEqual([200, 200]);
    const { expires_in: left } = await exchange(before.key);
    expect(left).toBeLessThanOrEqual(60);
    moveClock(core, 61_000);
    expect([await use(before.key), await use(key)]).toEqual([401, 200]);
  });

  it('invalidates the predecessor of the previous key', async () => {
    const { id, key: first } = await make();
    const second = (await post<CredentialWithKey>(`/${id}/rotate`)).body.key;
    const third = (await post<CredentialWithKey>(`/${id}/rotate`)).body.key;
    expect([await use(first), await use(second), await use(third)]).toEqual([401, 200, 200]);
  });

  it('without an overlap, immediately invalidates the previous key and the tokens issued from it', async () => {
    const { id, key } = await make();
    const { access_token: made } = await exchange(key);
    expect(await use(made)).toBe(200);
    const rotated = await post<CredentialWithKey>(`/${id}/rotate`, { overlapSeconds: 0 });
    expect(rotated.body.previousValidUntil).toBeNull();
    expect([await use(key), await use(made), await use(rotated.body.key)]).toEqual([401, 401, 200]);
  });

  it('is refused to other callers, for a different version, and after revocation', async () => {
    const { id } = await make();
    expectError(await post(`/${id}/rotate`, {}, { headers: { 'if-match': '"7"' } }), 412, 'precondition_failed');
    expectError(await post(`/${id}/rotate`, {}, { token: admin }), 403, 'forbidden');
    for (const overlapSeconds of [-1, 1.5, 604_801, '1']) {
      expectError(await post(`/${id}/rotate`, { overlapSeconds }), 400, 'invalid_request');
    }
    await post(`/${id}/revoke`);
    expectError(await post(`/${id}/rotate`), 409, 'conflict');
  });
});

describe('revoking a key', () => {
  it('invalidates the key, its predecessor and every token issued from them, and can be repeated', async () => {
    const { id, key: first } = await make();
    const { key: second } = (await post<CredentialWithKey>(`/${id}/rotate`)).body;
    const tokens = [await exchange(first), await exchange(second)].map(({ access_token: made }) => made);
    for (const bearer of [first, second, ...tokens]) expect(await use(bearer)).toBe(200);
    const revoked = await post(`/${id}/revoke`);
    expect([revoked.status, revoked.body]).toMatchObject([
      200,
      { status: 'revoked', version: 3, previousValidUntil: null },
    ]);
    for (const bearer of [first, second, ...tokens]) expect(await use(bearer)).toBe(401);
    await expect(exchange(second)).rejects.toMatchObject({ code: 'invalid_request', reason: 'token_revoked' });
    // The last use is written asynchronously.
    const { lastUsedAt: _lastUsedAt, ...known } = revoked.body;
    expect((await post(`/${id}/revoke`)).body).toMatchObject(known);
    expect(await audited(revoked)).toMatchObject([{ action: 'credential.revoke', resource_id: id }]);
    await eventually(async () => {
      const events = await queryAs<{ details: { reason: string } }>(
        database.adminUrl,
        `SELECT details FROM token_events.events WHERE type = 'token.revoked' AND details->>'requestId' = $1`,
        [revoked.requestId],
      );
      expect(events.map(({ details }) => details.reason)).toEqual(['api_key', 'api_key']);
    });
  });

  it('invalidates the URLs that were signed with the key', async () => {
    const { id, key } = await make({ scopes: ['files.read'] });
    const json = { method: 'GET', tier: 'shared', path: 'a.txt', expiresInSeconds: 600 };
    const signed = await call<{ url: string }>(`${url}/v1/files/signed-urls`, { token: key, json });
    expect([signed.status, signed.text]).toEqual([201, expect.any(String)]);
    const { search, pathname } = new URL(signed.body.url);
    const get = async () => (await call(url + pathname + search)).status;
    expect(await get()).toBe(404);
    await post(`/${id}/revoke`);
    expect(await get()).toBe(403);
  });

  it('is refused for a different version', async () => {
    const { id, key } = await make();
    expectError(await post(`/${id}/revoke`, {}, { headers: { 'if-match': '"2"' } }), 412, 'precondition_failed');
    expect(await use(key)).toBe(200);
    expect((await post(`/${id}/revoke`, {}, { headers: { 'if-match': '"1"' } })).status).toBe(200);
  });

  it('also works at the revocation endpoint, but only for the app of the key', async () => {
    const { id, key } = await make();
    const other = await newAppOf(a);
    const revoke = (by: App) => core.context.get(OauthPort).revoke(formRequest({ token: key }, basic(by)));
    await expect(revoke(other)).rejects.toMatchObject({ code: 'unauthorized_client' });
    expect(await use(key)).toBe(200);
    await revoke(app);
    expect(await use(key)).toBe(401);
    expect((await send(`/${id}`)).body.status).toBe('revoked');
  });
});

describe('the validity of a key', () => {
  it('is suspended together with its owner', async () => {
    const ada = await person('member');
    const { key } = await make({}, { token: ada.token });
    const { access_token: made } = await exchange(key);
    expect([await use(key), await use(made)]).toEqual([200, 200]);
    const setStatus = async (status: 'active' | 'suspended') => {
      await core.context.get(UsersPort).setStatus(systemContext(newId('req'), a.id), ada.id, status);
      await core.feed.catchUp();
    };
    await setStatus('suspended');
    expect([await use(key), await use(made)]).toEqual([401, 401]);
    await expect(exchange(key)).rejects.toMatchObject({ code: 'invalid_request' });
    await setStatus('active');
    expect([await use(key), await use(made)]).toEqual([200, 401]);
    // A new token is not covered by the mark that invalidated the earlier tokens.
    expect(await use((await exchange(key)).access_token)).toBe(200);
  });

  it('ends when its owner is deleted, and the deletion reports this', async () => {
    const ada = await person('member');
    const { key } = await make({}, { token: ada.token });
    expect(await use(key)).toBe(200);
    const answer = await call(`${url}/v1/users/${ada.id}`, { method: 'DELETE', token: owner });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      belongings: expect.arrayContaining([expect.objectContaining({ what: 'apiKeys', becomes: 'ended', count: 1 })]),
    });
    await core.feed.catchUp();
    expect(await use(key)).toBe(401);
  });

  it('ends when the app of the key is deleted, even if a different app reuses the name', async () => {
    const other = await newAppOf(a);
    const { key } = await make({}, { token: other.token });
    expect(await use(key)).toBe(200);
    const system = systemContext(newId('req'), a.id);
    await core.context.get(AppsPort).remove(system, other.clientId);
    await core.feed.catchUp();
    expect(await use(key)).toBe(401);
    const again = newApp.parse({ name: 'Again', client_id: other.clientId, declared_scopes: SCOPES });
    await core.context.get(AppsPort).register(system, again);
    await core.feed.catchUp();
    expect(await use(key)).toBe(401);
  });

  it('is suspended together with its tenant', async () => {
    const c = await makeTenant(core, 'c');
    const { key } = await make({}, { token: (await newAppOf(c)).token });
    expect(await use(key)).toBe(200);
    await suspendTenant(core, c.id);
    await core.feed.catchUp();
    expect(await use(key)).toBe(401);
  });
});

describe('access to a key', () => {
  it('is limited to its owner and to administrators, who can list and revoke it', async () => {
    const [ada, bob] = [await person('member'), await person('member')];
    const { id, key } = await make({ name: 'Of Ada' }, { token: ada.token });
    const missing = await send(`/${newId('crd')}`, { token: bob.token });
    for (const path of [`/${id}`]) {
      const foreign = await send(path, { token: bob.token });
      expect([foreign.status, foreign.body]).toEqual([404, { ...missing.body, request_id: foreign.requestId }]);
    }
    expectError(await post(`/${id}/revoke`, {}, { token: bob.token }), 404, 'not_found');
    expectError(await post(`/${id}/rotate`, {}, { token: bob.token }), 404, 'not_found');
    expect((await send<Listed>('?limit=500', { token: bob.token })).body.items).toEqual([]);
    expectError(await send(`?ownerId=${ada.id}`, { token: bob.token }), 403, 'forbidden');
    const seen = await send<Listed>(`?ownerId=${ada.id}`, { token: admin });
    expect(seen.body.items.map((item) => item.id)).toEqual([id]);
    expect((await post(`/${id}/revoke`, {}, { token: admin })).body).toMatchObject({ status: 'revoked' });
    expect(await use(key)).toBe(401);
  });

  it('is denied to other tenants, including their administrators', async () => {
    const { id, key } = await make();
    const other = (await newAppOf(b, 'admin credentials.read credentials.write')).token;
    expectError(await send(`/${id}`, { token: other }), 404, 'not_found');
    expectError(await post(`/${id}/revoke`, {}, { token: other }), 404, 'not_found');
    expect((await send<Listed>('?limit=500', { token: other })).body.items).toEqual([]);
    expect(await use(key)).toBe(200);
  });

  it('is granted to members, but viewers cannot create a key', async () => {
    const [member, viewer] = [await person('member'), await person('viewer')];
    const { id } = await make({}, { token: member.token });
    expect((await post(`/${id}/rotate`, {}, { token: member.token })).status).toBe(200);
    expect((await post(`/${id}/revoke`, {}, { token: member.token })).status).toBe(200);
    expectError(await post('', { name: 'x', scopes: ['projects.read'] }, { token: viewer.token }), 403, 'forbidden');
  });
});

describe('the list of keys', () => {
  it('is filtered, sorted and paged', async () => {
    const { token: mine } = await newAppOf(a);
    for (const name of ['b', 'c', 'a']) await make({ name }, { token: mine });
    const revoked = await make({ name: 'd' }, { token: mine });
    await post(`/${revoked.id}/revoke`, {}, { token: mine });
    const names = async (query: string) => {
      const { body } = await send<Listed>(`?${query}`, { token: mine });
      return body.items.map(({ name }) => name).join('');
    };
    expect(await names('sort=name')).toBe('abcd');
    expect(await names('sort=-name&status=active')).toBe('cba');
    expect(await names('status=revoked')).toBe('d');
    expect(await names('status=expired')).toBe('');
    expect(await names('')).toBe('bcad');
    const first = await send<Listed>('?sort=name&limit=3&include=total', { token: mine });
    expect([first.body.items.length, first.body.total]).toEqual([3, 4]);
    expect(await names(`sort=name&limit=3&cursor=${first.body.nextCursor}`)).toBe('d');
    for (const query of ['sort=key', 'status=x', 'x=1', 'cursor=x', 'limit=501']) {
      expectError(await send(`?${query}`, { token: mine }), 400, 'invalid_request');
    }
  });

  it('limits the number of active keys per owner, not counting revoked keys', async () => {
    const { token: mine, clientId } = await newAppOf(a);
    const { id } = await make({}, { token: mine });
    await queryAs(
      database.adminUrl,
      `INSERT INTO credentials.credentials
         (tenant_id, id, name, owner_type, owner_id, app_id, scopes, key_prefix, created_by, updated_by)
       SELECT $1, 'crd-filler-' || n || $2, 'x', 'service', $2, $2, '{}', 'x', $2, $2 FROM generate_series(2, $3::int) AS n`,
      [a.id, clientId, CREDENTIAL_LIMITS.perOwner],
    );
    const json = { name: 'x', scopes: ['projects.read'] };
    expectError(await post('', json, { token: mine }), 409, 'conflict');
    await post(`/${id}/revoke`, {}, { token: mine });
    expect((await post('', json, { token: mine })).status).toBe(201);
  });

  it('drops keys that ended 90 days ago', async () => {
    const [old, young] = [await make(), await make()];
    for (const { id } of [old, young]) await post(`/${id}/revoke`);
    const age = `UPDATE credentials.credentials SET revoked_at = now() - interval '91 days' WHERE id = $1`;
    await queryAs(database.adminUrl, age, [old.id]);
    expect(await core.context.get(CredentialsCleanupTask).prune()).toBe(1);
    expectError(await send(`/${old.id}`), 404, 'not_found');
    expect((await send(`/${young.id}`)).status).toBe(200);
    expect(await use(old.key)).toBe(401);
  });
});

describe('the exchange of a key (RFC 8693)', () => {
  it('returns an access token for the owner, which names the key and becomes invalid with it', async () => {
    const ada = await person('member');
    const { key, id } = await make({ scopes: ['projects.read', 'users.read'] }, { token: ada.token });
    const answer = await exchange(key);
    expect(answer).toEqual({
      access_token: expect.any(String),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: 'projects.read users.read',
    });
    const claims = claimsOf(answer.access_token);
    expect(claims).toMatchObject({ sub: ada.id, user_id: ada.id, roles: ['member'], credential_id: id });
    expect(claims.parent_jtis).toHaveLength(1);
    await eventually(async () => {
      const events = await queryAs<{ actor_id: string; metadata: object }>(
        database.adminUrl,
        'SELECT actor_id, metadata FROM audit.events WHERE resource_id = $1',
        [claims.jti],
      );
      expect(events).toMatchObject([{ actor_id: ada.id, metadata: { credentialId: id } }]);
    });
  });

  it('can narrow scopes but not widen them', async () => {
    const { key } = await make({ scopes: ['projects.read', 'users.read'] });
    expect((await exchange(key, { scope: 'users.read' })).scope).toBe('users.read');
    await expect(exchange(key, { scope: 'users.read projects.write' })).rejects.toMatchObject({
      code: 'invalid_scope',
    });
  });

  it('works only for the app of the key, whether the app authenticates itself, is only named, or is omitted', async () => {
    const { key } = await make();
    const other = await newAppOf(a);
    for (const [form, by] of [
      [{}, undefined],
      [{ client_id: app.clientId }, undefined],
      [{}, basic(app)],
    ] as const) {
      expect(await exchange(key, form, by)).toMatchObject({ token_type: 'Bearer' });
    }
    const refused = { code: 'invalid_request' };
    await expect(exchange(key, { client_id: other.clientId })).rejects.toMatchObject(refused);
    await expect(exchange(key, {}, basic(other))).rejects.toMatchObject(refused);
    const wrong = basic({ ...app, secret: 'cs_wrong' });
    await expect(exchange(key, {}, wrong)).rejects.toMatchObject({ code: 'invalid_client' });
    await expect(exchange(key, { client_id: app.clientId, client_secret: 'x' })).rejects.toMatchObject({
      code: 'invalid_client',
    });
  });

  it.each([
    ['no subject_token', { subject_token: '' }, 'invalid_request'],
    ['no subject_token_type', { subject_token_type: '' }, 'invalid_request'],
    ['a token of a different type', { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }, 'invalid_request'],
    [
      'a different requested type',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      'invalid_request',
    ],
    ['an actor', { actor_token: 'x', actor_token_type: 'y' }, 'invalid_request'],
    ['a repeated parameter', { subject_token: ['a', 'b'] }, 'invalid_request'],
    ['a mistyped key', { subject_token: 'cpod_x' }, 'invalid_request'],
    ['a different target', { resource: 'https://elsewhere.example' }, 'invalid_target'],
    ['a different audience', { audience: 'someone' }, 'invalid_target'],
  ])('rejects %s', async (_what, form, code) => {
    const { key } = await make();
    await expect(exchange(key, form)).rejects.toMatchObject({ code });
  });

  it('does not accept an access token as a key', async () => {
    await expect(exchange(token)).rejects.toMatchObject({ code: 'invalid_request', reason: 'key_mistyped' });
  });
});

it('introspects a key only for its own app', async () => {
  const { key, id } = await make();
  const introspect = (by: App) => core.context.get(OauthPort).introspect(formRequest({ token: key }, basic(by)));
  expect(await introspect(app)).toMatchObject({ active: true, credential_id: id, scope: 'projects.read' });
  expect(await introspect(await newAppOf(a))).toEqual({ active: false });
});

it('limits guesses by address without limiting valid tokens', async () => {
  const limit = core.settings.of(limitsConfig).LIMIT_PER_ADDRESS;
  let refused: Answer<unknown> | null = null;
  // Attempts from earlier tests also count, and some of them expire during these attempts.
  for (let i = 0; i < 2 * limit && refused === null; i++) {
    const answer = await call(`${url}/v1/projects`, { token: 'cpod_guess' });
    if (answer.status === 429) refused = answer;
    else expect(answer.status).toBe(401);
  }
  expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await use(token)).toBe(200);
});

it('revokes a leaked key once, and records the revocation', async () => {
  const { key, id } = await make();
  const keys = core.context.get(ApiKeysPort);
  const context = systemContext(newId('req'), a.id);
  for (let i = 0; i < 2; i++) await keys.revoke(context, a.id, id, 'leaked');
  expect(await keys.find(key)).toEqual({ found: false, why: 'revoked' });
  expect(await recordedOf(database, context.requestId)).toMatchObject([
    { action: 'credential.revoke', resource_id: id },
  ]);
});
