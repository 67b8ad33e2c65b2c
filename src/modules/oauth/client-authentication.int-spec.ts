import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { sha256 } from '../../kernel/ids/opaque-token';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant } from '../../../test/support/two-tenants';
import { recordedOf } from '../../../test/support/accounts';
import { clientRequest, makeApp } from '../../../test/support/people';
import { AppsPort } from '../apps/contract/apps.port';
import { appPatch, type RegisteredApp } from '../apps/contract/apps.types';
import { OauthPort } from './contract/oauth.port';
import type { OauthRequest } from './contract/oauth.types';

const ISSUER = 'http://localhost:8000';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

let database: TestDatabase;
let core: TestCore;
let tenantId: string;
let otherTenantId: string;
let app: RegisteredApp;

const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid });

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  const [one, two] = await Promise.all([makeTenant(core, 'a'), makeTenant(core, 'b')]);
  tenantId = one.id;
  otherTenantId = two.id;
  app = await signing(tenantId);
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

function signing(tenant: string): Promise<RegisteredApp> {
  return makeApp(core, tenant, {
    app_type: 'service',
    declared_scopes: ['projects.read'],
    default_scopes: ['projects.read'],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwkOf(rsa.publicKey, 'rsa-1'), jwkOf(ec.publicKey, 'ec-1')] },
  });
}

interface Assertion {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>> & { readonly alg: string };
  readonly key?: KeyObject | Uint8Array;
  readonly clientId?: string;
}

function assertionOf({ claims, header, key = rsa.privateKey, clientId = app.client_id }: Assertion): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: clientId, sub: clientId, aud: ISSUER, jti: randomUUID(), iat: now, exp: now + 60, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: 'rsa-1', ...header }).sign(key);
}

const request = (form: Readonly<Record<string, unknown>>, authorization?: string): OauthRequest => ({
  form: { grant_type: 'client_credentials', ...form },
  authorization,
  requestId: 'req-c',
  ip: '192.0.2.1',
  traceparent: '',
});
const withAssertion = (assertion: string, more: Readonly<Record<string, unknown>> = {}): OauthRequest =>
  request({ client_assertion: assertion, client_assertion_type: JWT_BEARER, ...more });
const outcome = (asked: OauthRequest): Promise<string> =>
  core.context
    .get(OauthPort)
    .token(asked)
    .then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );

describe('a client that authenticates with private_key_jwt', () => {
  it.each<[string, Assertion]>([
    ['RS256', {}],
    ['PS256', { header: { alg: 'PS256' } }],
    ['ES256', { header: { alg: 'ES256', kid: 'ec-1' }, key: ec.privateKey }],
    ['RS256 without a kid', { header: { alg: 'RS256', kid: undefined } }],
    ['the token endpoint as audience', { claims: { aud: `${ISSUER}/v1/oauth/token` } }],
    ['one audience in a list', { claims: { aud: [ISSUER] } }],
  ])('gets a token with %s', async (_, assertion) => {
    expect(await outcome(withAssertion(await assertionOf(assertion)))).toBe('ok');
  });

  it('gets one token per assertion, even with concurrent requests', async () => {
    const assertion = await assertionOf({});
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome(withAssertion(assertion))));
    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(1);
    expect(outcomes.filter((each) => each === 'invalid_client')).toHaveLength(9);
  });

  it('can sign an assertion valid for an hour, whose id is kept until it expires', async () => {
    const exp = Math.floor(Date.now() / 1000) + 3_600;
    const jti = randomUUID();
    const assertion = await assertionOf({ claims: { exp, jti } });
    expect(await outcome(withAssertion(assertion))).toBe('ok');
    await queryAs(database.adminUrl, 'SELECT oauth.prune()');
    expect(await outcome(withAssertion(assertion))).toBe('invalid_client');
    const [row] = await queryAs<{ until: string }>(
      database.adminUrl,
      'SELECT extract(epoch FROM expires_at)::int AS until FROM oauth.assertions WHERE jti_hash = $1',
      [sha256(jti)],
    );
    expect(row?.until).toBeGreaterThanOrEqual(exp);
  });

  it('can use the same jti as a different client', async () => {
    const jti = randomUUID();
    const other = await signing(otherTenantId);
    expect(await outcome(withAssertion(await assertionOf({ claims: { jti } })))).toBe('ok');
    const theirs = await assertionOf({ claims: { jti }, clientId: other.client_id });
    expect(await outcome(withAssertion(theirs))).toBe('ok');
  });

  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => Assertion]>([
    ['a different key', () => ({ key: stranger.privateKey })],
    ['a different kid', () => ({ header: { alg: 'RS256', kid: 'rsa-2' } })],
    ['a key of a different type', () => ({ header: { alg: 'ES256', kid: 'rsa-1' }, key: ec.privateKey })],
    ['a shared secret', () => ({ header: { alg: 'HS256' }, key: new Uint8Array(32) })],
    ['a different issuer', () => ({ claims: { iss: 'app-other' } })],
    ['a different subject', () => ({ claims: { sub: 'app-admin' } })],
    ['a different audience', () => ({ claims: { aud: 'https://other.example' } })],
    ['two audiences', () => ({ claims: { aud: [ISSUER, 'https://other.example'] } })],
    ['no audience', () => ({ claims: { aud: undefined } })],
    ['no expiry', () => ({ claims: { exp: undefined } })],
    ['an expiry in the past', () => ({ claims: { exp: now() - 20 } })],
    ['an expiry too far in the future', () => ({ claims: { exp: now() + 3_700 } })],
    ['a start in the future', () => ({ claims: { nbf: now() + 60 } })],
    ['a time of issue in the future', () => ({ claims: { iat: now() + 60 } })],
    ['no id', () => ({ claims: { jti: undefined } })],
    ['an empty id', () => ({ claims: { jti: '' } })],
  ])('is refused with %s', async (_, assertion) => {
    expect(await outcome(withAssertion(await assertionOf(assertion())))).toBe('invalid_client');
  });

  it.each([1, null, {}, ['app-x'], ''])('is refused at each endpoint and recorded, with subject %j', async (sub) => {
    const assertion = await assertionOf({ claims: { sub } });
    for (const endpoint of ['token', 'introspect', 'revoke'] as const) {
      const requestId = newId('req');
      const asked = { ...withAssertion(assertion, { token: 'x' }), requestId };
      await expect(core.context.get(OauthPort)[endpoint](asked)).rejects.toMatchObject({ code: 'invalid_client' });
      expect(await recordedOf(database, requestId)).toMatchObject([{ outcome: 'denied', reason: 'invalid_client' }]);
    }
  });

  it('is refused with an unsigned or truncated assertion, or a different assertion type', async () => {
    const [header, payload] = (await assertionOf({})).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    expect(await outcome(withAssertion(none))).toBe('invalid_client');
    expect(await outcome(withAssertion(`${header}.${payload}`))).toBe('invalid_client');
    expect(await outcome(withAssertion('x'))).toBe('invalid_client');
    const untyped = withAssertion(await assertionOf({}), { client_assertion_type: 'saml' });
    expect(await outcome(untyped)).toBe('invalid_request');
  });

  it('cannot combine two authentication methods or send a different client_id', async () => {
    const assertion = await assertionOf({});
    expect(await outcome(withAssertion(assertion, { client_secret: 'x' }))).toBe('invalid_request');
    const form = { client_assertion: assertion, client_assertion_type: JWT_BEARER };
    const basic = `Basic ${Buffer.from(`${app.client_id}:x`).toString('base64')}`;
    expect(await outcome(request(form, basic))).toBe('invalid_request');
    expect(await outcome(withAssertion(assertion, { client_id: 'app-other' }))).toBe('invalid_request');
    expect(await outcome(withAssertion(assertion, { client_id: app.client_id }))).toBe('ok');
  });

  it('has no secret and cannot get one', async () => {
    expect(app.client_secret).toBeUndefined();
    expect(app.secrets).toEqual([]);
    const rotated = core.context.get(AppsPort).rotateSecret(systemContext('req-c', tenantId), app.client_id, 0);
    await expect(rotated).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a client that uses an authentication method other than the one it registered', () => {
  it('is refused', async () => {
    const secretive = await makeApp(core, tenantId, {
      app_type: 'service',
      redirect_uris: [],
      declared_scopes: [],
    });
    const forged = await assertionOf({ clientId: secretive.client_id });
    expect(await outcome(withAssertion(forged))).toBe('invalid_client');
    expect(await outcome(request({ client_id: secretive.client_id }))).toBe('invalid_client');
    expect(await outcome(request({ client_id: app.client_id }))).toBe('invalid_client');
    expect(await outcome(clientRequest(secretive, { grant_type: 'client_credentials' }))).toBe('ok');
  });

  it('is refused with its old secret after it switches to private_key_jwt', async () => {
    const changing = await makeApp(core, tenantId, { app_type: 'service', redirect_uris: [], declared_scopes: [] });
    const patch = appPatch.parse({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwkOf(rsa.publicKey, 'rsa-1')] },
    });
    await core.context.get(AppsPort).update(systemContext('req-c', tenantId), changing.client_id, patch);
    expect(await outcome(clientRequest(changing, { grant_type: 'client_credentials' }))).toBe('invalid_client');
    expect(await outcome(withAssertion(await assertionOf({ clientId: changing.client_id })))).toBe('ok');
  });
});

describe('a client with a secret', () => {
  it.each([
    ['client_secret_basic', 'ok', 'invalid_client'],
    ['client_secret_post', 'invalid_client', 'ok'],
  ] as const)('registered for %s cannot use the other method', async (method, byHeader, byForm) => {
    const members = { app_type: 'service', redirect_uris: [], declared_scopes: [], token_endpoint_auth_method: method };
    const { client_id, client_secret = '' } = await makeApp(core, tenantId, members);
    const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    expect([await outcome(request({}, basic)), await outcome(request({ client_id, client_secret }))]).toEqual([
      byHeader,
      byForm,
    ]);
  });
});

describe('a public client', () => {
  it('cannot use client credentials', async () => {
    const spa = await makeApp(core, tenantId, { app_type: 'spa' });
    expect(await outcome(clientRequest(spa, { grant_type: 'client_credentials' }))).toBe('unauthorized_client');
  });

  it('that is unknown is refused', async () => {
    expect(await outcome(request({ client_id: 'app-nobody' }))).toBe('invalid_client');
    expect(await outcome(request({}))).toBe('invalid_client');
  });
});

describe('an app’s own token', () => {
  it('never has scopes about a person', async () => {
    const both = await makeApp(core, tenantId, {
      grant_types: ['client_credentials', 'authorization_code'],
      declared_scopes: ['openid', 'projects.read'],
      default_scopes: ['openid', 'projects.read'],
    });
    const asked = (form: Readonly<Record<string, unknown>>) =>
      clientRequest(both, { grant_type: 'client_credentials', ...form });
    expect(await outcome(asked({ scope: 'openid' }))).toBe('invalid_scope');
    const answer = await core.context.get(OauthPort).token(asked({}));
    expect(answer.scope).toBe('projects.read');
  });

  it('has the audience it requests, which must be known to the installation', async () => {
    const audience = async (resource?: string | readonly string[]): Promise<unknown> => {
      const answer = await core.context.get(OauthPort).token(withAssertion(await assertionOf({}), { resource }));
      return claimsOf(answer.access_token).aud;
    };
    expect(await audience()).toBe(ISSUER);
    expect(await audience(`${ISSUER}/mcp`)).toBe(`${ISSUER}/mcp`);
    expect(await audience([`${ISSUER}/mcp`, ISSUER])).toEqual([`${ISSUER}/mcp`, ISSUER]);
    for (const resource of ['https://other.example', '/mcp', `${ISSUER}/mcp#part`]) {
      expect(await outcome(withAssertion(await assertionOf({}), { resource }))).toBe('invalid_target');
    }
  });
});
