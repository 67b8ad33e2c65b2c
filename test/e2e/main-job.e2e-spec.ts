import { status as Grpc } from '@grpc/grpc-js';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import type {
  GetJwksResponse,
  IsRevokedResponse,
  RevokeTokenResponse,
  ValidateTokenResponse,
} from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { EmitAuditEventResponse } from '../../src/kernel/grpc/generated/coresdk/v1/audit';
import type { Page } from '../../src/kernel/lists/page';
import type { InclusionProof } from '../../src/modules/audit/contract/audit-proofs.types';
import type { AuditReceipt } from '../../src/modules/audit/contract/audit.types';
import { leafHash } from '../../src/modules/audit/domain/merkle-tree';
import { verifyInclusion } from '../../src/modules/audit/domain/verify-proof';
import type { App, AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import type { IntrospectionAnswer } from '../../src/modules/oauth/contract/oauth.types';
import type { Project } from '../../src/modules/projects/contract/projects.types';
import type { Tenant } from '../../src/modules/tenants/contract/tenants.types';
import { eventually } from '../support/eventually';
import { ALL_RPCS, type GrpcClient } from '../support/grpc-client';
import { type Answer, expectError } from '../support/http-client';
import { Installation, type InstallationOptions } from '../support/installation';

/** The client library refuses plain http unless it is allowed explicitly; the installation under test has no TLS proxy. */
const HTTP = { [oauth.allowInsecureRequests]: true };

const layouts: [string, InstallationOptions][] = [
  ['all in one process', { layout: 'all', environment: { LOG_LEVEL: 'debug' } }],
  ['with separate processes', { layout: 'split', database: 'server', environment: { LOG_LEVEL: 'debug' } }],
];

describe.each(layouts)('the main job, %s', (_name, options) => {
  let installation: Installation;
  let metadata: oauth.AuthorizationServer;
  let admin: string;
  let sidecar: GrpcClient;
  let projectKeys = 0;

  beforeAll(async () => {
    installation = await Installation.start(options);
    const issuer = new URL(installation.backendUrl);
    const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...HTTP });
    metadata = await oauth.processDiscoveryResponse(issuer, answer);
    admin = await installation.adminToken();
    sidecar = installation.sidecar();
  });

  afterAll(() => installation.remove());

  const newKey = (): string => `P${++projectKeys}`;

  function createProject(token: string, key = newKey()): Promise<Answer<Project>> {
    return installation.backend<Project>('/v1/projects', { token, json: { key, name: `Project ${key}` } });
  }

  async function introspect(app: AppWithSecret, token: string): Promise<oauth.IntrospectionResponse> {
    const { client, proof } = asClient(app);
    const answer = await oauth.introspectionRequest(metadata, client, proof, token, HTTP);
    return oauth.processIntrospectionResponse(metadata, client, answer);
  }

  async function revoke(app: AppWithSecret, token: string): Promise<void> {
    const { client, proof } = asClient(app);
    await oauth.processRevocationResponse(await oauth.revocationRequest(metadata, client, proof, token, HTTP));
  }

  /** Expects an effect immediately in one process, and soon across processes. */
  async function soon<T>(assertion: () => Promise<T>): Promise<T> {
    return options.layout === 'all' ? assertion() : eventually(assertion);
  }

  function refused(token: string, message: string): Promise<void> {
    return soon(async () => {
      const answer = await installation.backend('/v1/projects', { token });
      expect(expectError(answer, 401, 'unauthorized').error_description).toBe(message);
      const challenge = answer.headers.get('www-authenticate');
      expect(challenge).toBe(`Bearer realm="coresdk", error="invalid_token", error_description="${message}"`);
    });
  }

  function auditOf(requestId: string): Promise<Record<string, unknown>[]> {
    return installation.query(
      `SELECT tenant_id, app_id, actor_id, action, resource_type, resource_id, outcome, reason, ip
       FROM audit.events WHERE request_id = $1`,
      [requestId],
    );
  }

  /** Makes the next signing key old enough to sign. */
  async function passJwksLife(): Promise<void> {
    await installation.query(`UPDATE keys.signing_keys SET signs_from = now() WHERE status = 'next'`);
  }

  async function newTenant(slug: string): Promise<{ tenant: Tenant; admin: string }> {
    const token = installation.secrets.controlPlaneToken;
    const made = await installation.controlPlane<Tenant>('/api/v1/tenants', { token, json: { slug, name: slug } });
    expect(made.status).toBe(201);
    const json = { name: 'Administrator', declared_scopes: ['admin'], default_scopes: ['admin'] };
    const app = await installation.controlPlane<AppWithSecret>(`/api/v1/apps?tenant=${slug}`, { token, json });
    expect(app.status).toBe(201);
    return { tenant: made.body, admin: await installation.token(app.body.client_id, app.body.client_secret) };
  }

  test('discovery returns the endpoints of the backend, identically on both surfaces', async () => {
    const issuer = installation.backendUrl;
    expect(metadata).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/v1/oauth/token`,
      introspection_endpoint: `${issuer}/v1/oauth/introspect`,
      revocation_endpoint: `${issuer}/v1/oauth/revoke`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      userinfo_endpoint: `${issuer}/v1/oauth/userinfo`,
      grant_types_supported: [
        'client_credentials',
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    });
    const path = '/.well-known/oauth-authorization-server';
    const [there, here] = await Promise.all([installation.controlPlane(path), installation.backend(path)]);
    expect(there.text).toBe(here.text);
    const [published, internal] = await Promise.all([
      installation.backend('/.well-known/jwks.json'),
      installation.controlPlane('/api/v1/jwks'),
    ]);
    expect(internal.text).toBe(published.text);
    expect(published.headers.get('cache-control')).toBe('public, max-age=300');
    expect(published.text).not.toMatch(/"(d|p|q|dp|dq|qi)"/);
  });

  test('an app is registered, gets a token, calls an API, revokes the token and is refused', async () => {
    const registered = await installation.backend<AppWithSecret>('/v1/oauth/apps', {
      token: admin,
      json: {
        name: 'Shop',
        declared_scopes: ['projects.read', 'projects.write'],
        default_scopes: ['projects.read', 'projects.write'],
      },
    });
    expect(registered.status).toBe(201);
    const app = registered.body;
    expect(app.client_id).toMatch(/^app-[0-9a-z]{26}$/);
    expect(app.client_secret).toMatch(/^cs_[\w-]{43}$/);

    const { client } = asClient(app);
    const answer = await oauth.clientCredentialsGrantRequest(
      metadata,
      client,
      oauth.ClientSecretBasic(app.client_secret),
      { scope: 'projects.write projects.read' },
      HTTP,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const granted = await oauth.processClientCredentialsResponse(metadata, client, answer);
    expect(granted).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'projects.write projects.read',
    });
    const token = granted.access_token;

    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri ?? ''));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: metadata.issuer,
      audience: metadata.issuer,
      typ: 'at+jwt',
      algorithms: ['RS256'],
    });
    expect(protectedHeader.kid).toMatch(/^key-/);
    expect(payload).toMatchObject({
      sub: app.client_id,
      client_id: app.client_id,
      app_id: app.client_id,
      scope: 'projects.write projects.read',
      tenant_slug: 'default',
      roles: [],
    });
    expect(payload.exp).toBe((payload.iat ?? 0) + 3600);

    const created = await createProject(token, 'SHOP');
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.body).toMatchObject({ key: 'SHOP', ownerId: app.client_id, status: 'planned' });
    const listed = await installation.backend<Page<Project>>('/v1/projects', { token });
    expect(listed.body).toEqual({ items: [created.body], nextCursor: null });
    const got = await installation.backend<Project>(`/v1/projects/${id}`, { token });
    expect(got.body).toEqual(created.body);
    const deleted = await installation.backend(`/v1/projects/${id}`, { token, method: 'DELETE' });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expectError(await installation.backend(`/v1/projects/${id}`, { token }), 404, 'not_found');

    expect(await introspect(app, token)).toEqual({ active: true, token_type: 'Bearer', ...payload });
    await revoke(app, token);
    expect(await introspect(app, token)).toEqual({ active: false });
    await refused(token, 'The token has been revoked.');
    // RFC 7009 §2.2: revoking a revoked or invalid token is not an error.
    await revoke(app, token);
    await revoke(app, 'no-token-of-anybody');

    const again = await installation.token(app.client_id, app.client_secret);
    expect((await installation.backend('/v1/projects', { token: again })).status).toBe(200);
  });

  test('a client registered for client_secret_post gets its default scopes when it requests no scopes', async () => {
    const method = { token_endpoint_auth_method: 'client_secret_post' } as const;
    const app = await installation.register(admin, { default_scopes: ['projects.read'], ...method });
    const { client } = asClient(app);
    const proof = oauth.ClientSecretPost(app.client_secret);
    const answer = await oauth.clientCredentialsGrantRequest(metadata, client, proof, {}, HTTP);
    const granted = await oauth.processClientCredentialsResponse(metadata, client, answer);
    expect(granted.scope).toBe('projects.read');
    const refusal = await createProject(granted.access_token);
    expectError(refusal, 403, 'forbidden');
    expect(refusal.headers.get('www-authenticate')).toBe(
      'Bearer realm="coresdk", error="insufficient_scope", scope="projects.write"',
    );
  });

  test('a client cannot revoke the token of a different client, but an administrator can', async () => {
    const [one, other] = [await installation.register(admin), await installation.register(admin)];
    const token = await installation.token(one.client_id, one.client_secret);
    const refusal = await installation.backend('/v1/oauth/revoke', {
      basic: [other.client_id, other.client_secret],
      form: { token },
    });
    expectError(refusal, 400, 'unauthorized_client');
    expect(await introspect(one, token)).toMatchObject({ active: true });
    const revoked = await installation.backend('/v1/oauth/revoke', { token: admin, form: { token } });
    expect([revoked.status, revoked.text]).toEqual([200, '']);
    expect(await introspect(one, token)).toEqual({ active: false });
  });

  test('deleting an app immediately invalidates its tokens and its secret', async () => {
    const app = await installation.register(admin);
    const other = await installation.register(admin);
    const token = await installation.token(app.client_id, app.client_secret);
    const others = await installation.token(other.client_id, other.client_secret);
    expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
    const deleted = await installation.backend(`/v1/oauth/apps/${app.client_id}`, { token: admin, method: 'DELETE' });
    expect(deleted.status).toBe(204);
    await refused(token, 'The token has been revoked.');
    const login = await installation.backend('/v1/oauth/token', {
      basic: [app.client_id, app.client_secret],
      form: { grant_type: 'client_credentials' },
    });
    expectError(login, 401, 'invalid_client');
    expect(await introspect(other, token)).toEqual({ active: false });
    expectError(await installation.backend(`/v1/oauth/apps/${app.client_id}`, { token: admin }), 404, 'not_found');
    expect((await installation.backend('/v1/projects', { token: others })).status).toBe(200);
  });

  test('a rotated secret works during the overlap, and stops immediately with overlap 0', async () => {
    const app = await installation.register(admin);
    const rotate = async (overlap: number): Promise<AppWithSecret> => {
      const path = `/v1/oauth/apps/${app.client_id}/rotate-secret`;
      const answer = await installation.backend<AppWithSecret>(path, {
        token: admin,
        json: { overlap_seconds: overlap },
      });
      expect(answer.status).toBe(200);
      return answer.body;
    };
    const login = async (secret: string): Promise<number> => {
      const form = { grant_type: 'client_credentials' };
      return (await installation.backend('/v1/oauth/token', { basic: [app.client_id, secret], form })).status;
    };
    const issued = await installation.token(app.client_id, app.client_secret);
    const second = await rotate(3600);
    expect(second.client_secret).not.toBe(app.client_secret);
    expect(second.secrets.map(({ expires_at }) => expires_at === null)).toEqual([false, true]);
    expect([await login(app.client_secret), await login(second.client_secret)]).toEqual([200, 200]);
    const third = await rotate(0);
    expect(third.secrets).toHaveLength(1);
    const logins = [app.client_secret, second.client_secret, third.client_secret].map(login);
    expect(await Promise.all(logins)).toEqual([401, 401, 200]);
    // A secret only authenticates the client: tokens issued with it stay valid until they expire or are revoked.
    expect((await installation.backend('/v1/projects', { token: issued })).status).toBe(200);
    const shown = await installation.backend<App>(`/v1/oauth/apps/${app.client_id}`, { token: admin });
    expect(shown.text).not.toContain('cs_');
    const stored = await installation.query<{ hash: Buffer }>('SELECT * FROM apps.secrets WHERE client_id = $1', [
      app.client_id,
    ]);
    expect(JSON.stringify(stored)).not.toContain(third.client_secret);
  });

  test('rotating the signing key keeps old tokens valid and signs new ones with the published next key', async () => {
    const app = await installation.register(admin);
    const before = await installation.token(app.client_id, app.client_secret);
    const published = await installation.backend<{ keys: { kid: string }[] }>('/.well-known/jwks.json');
    const rotate = () =>
      installation.controlPlane<{ kid: string }>('/api/v1/keys/rotate', {
        method: 'POST',
        token: installation.secrets.controlPlaneToken,
      });
    // A cache might not have the next key yet.
    const early = await rotate();
    expectError(early, 409, 'conflict');
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(200);
    await passJwksLife();
    const rotated = await rotate();
    expect(rotated.status).toBe(200);
    expect(published.body.keys.map(({ kid }) => kid)).toContain(rotated.body.kid);
    const after = await installation.token(app.client_id, app.client_secret);
    expect(decodeProtectedHeader(after).kid).toBe(rotated.body.kid);
    expect(decodeProtectedHeader(before).kid).not.toBe(rotated.body.kid);
    for (const token of [before, after]) {
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
      expect(await introspect(app, token)).toMatchObject({ active: true });
      await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri ?? '')));
    }
    const tenantAdmin = await installation.controlPlane('/api/v1/keys/rotate', { method: 'POST', token: admin });
    expectError(tenantAdmin, 403, 'forbidden');
  });

  describe('two tenants', () => {
    let acme: { tenant: Tenant; admin: string };
    let ours: AppWithSecret;
    let theirs: AppWithSecret;
    let ourToken: string;
    let theirToken: string;

    beforeAll(async () => {
      acme = await newTenant('acme');
      ours = await installation.register(admin);
      theirs = await installation.register(acme.admin);
      ourToken = await installation.token(ours.client_id, ours.client_secret);
      theirToken = await installation.token(theirs.client_id, theirs.client_secret);
    });

    /** Asserts that, except for the request id, the response for another tenant's object is the same as for a missing object. */
    async function sameAsMissing(theirPath: string, missingPath: string, call: object): Promise<void> {
      const foreign = await installation.backend(theirPath, call);
      const missing = await installation.backend(missingPath, call);
      expectError(foreign, 404, 'not_found');
      const plain = ({ text, requestId }: Answer<unknown>): string => text.replace(requestId, '');
      expect(plain(foreign)).toBe(plain(missing));
    }

    test('cannot see or delete each other’s projects', async () => {
      const project = await createProject(theirToken, 'SAME');
      expect(project.status).toBe(201);
      // The key is in use in only one tenant.
      expect((await createProject(ourToken, 'SAME')).status).toBe(201);
      const listed = await installation.backend<Page<Project>>('/v1/projects?limit=500', { token: ourToken });
      expect(listed.body.items.map(({ id }) => id)).not.toContain(project.body.id);
      const missing = '/v1/projects/prj-01jd00000000000000000000zz';
      for (const method of ['GET', 'DELETE']) {
        await sameAsMissing(`/v1/projects/${project.body.id}`, missing, { token: ourToken, method });
      }
      expect((await installation.backend(`/v1/projects/${project.body.id}`, { token: theirToken })).status).toBe(200);
    });

    test('cannot see, change, rotate or delete each other’s apps', async () => {
      const foreign = `/v1/oauth/apps/${theirs.client_id}`;
      const missing = '/v1/oauth/apps/app-01jd00000000000000000000zz';
      await sameAsMissing(foreign, missing, { token: admin });
      await sameAsMissing(foreign, missing, { token: admin, method: 'DELETE' });
      await sameAsMissing(foreign, missing, { token: admin, method: 'PATCH', json: { name: 'Ours now' } });
      await sameAsMissing(`${foreign}/rotate-secret`, `${missing}/rotate-secret`, { token: admin, json: {} });
      const listed = await installation.backend<Page<App>>('/v1/oauth/apps?limit=500', { token: admin });
      expect(listed.body.items.map(({ client_id }) => client_id)).not.toContain(theirs.client_id);
      expectError(
        await installation.backend(`/v1/oauth/apps?tenant=${acme.tenant.slug}`, { token: admin }),
        404,
        'not_found',
      );
      expect(await installation.token(theirs.client_id, theirs.client_secret)).toBeDefined();
    });

    test('cannot introspect or revoke each other’s tokens', async () => {
      expect(await introspect(ours, theirToken)).toEqual({ active: false });
      const asAdmin = await installation.backend<IntrospectionAnswer>('/v1/oauth/introspect', {
        token: admin,
        form: { token: theirToken },
      });
      expect(asAdmin.text).toBe('{"active":false}');
      await revoke(ours, theirToken);
      await installation.backend('/v1/oauth/revoke', { token: admin, form: { token: theirToken } });
      expect(await introspect(theirs, theirToken)).toMatchObject({ active: true, tenant_id: acme.tenant.id });
      const wrong = { token: theirToken, tenantId: 'default', reason: '' };
      expect(await sidecar.call<RevokeTokenResponse>('AuthService', 'RevokeToken', wrong)).toEqual({ success: false });
      const decided = await installation.backend('/v1/authorize', {
        token: ourToken,
        json: { token: theirToken, action: 'read', resource: 'projects/1' },
      });
      expect(decided.body).toEqual({ allowed: false, claims: {}, reason: 'tenant_mismatch' });
    });

    test('a suspended tenant is refused everywhere, gets no token, and its old tokens stay invalid afterwards', async () => {
      const initech = await newTenant('initech');
      const app = await installation.register(initech.admin);
      const token = await installation.token(app.client_id, app.client_secret);
      const validate = { token, tenant: { tenantId: 'initech' } };
      const before = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', validate);
      expect(before).toMatchObject({ valid: true, subject: app.client_id });
      const change = (verb: string): Promise<Answer<Tenant>> =>
        installation.controlPlane<Tenant>(`/api/v1/tenants/initech/${verb}`, {
          method: 'POST',
          token: installation.secrets.controlPlaneToken,
        });
      expect((await change('suspend')).body).toMatchObject({ id: initech.tenant.id, status: 'suspended' });
      const login = {
        basic: [app.client_id, app.client_secret] as const,
        form: { grant_type: 'client_credentials' },
      };
      expectError(await installation.backend('/v1/oauth/token', login), 401, 'invalid_client');
      await refused(token, 'The token has been revoked.');
      await refused(initech.admin, 'The token has been revoked.');
      await soon(async () => {
        const after = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', validate);
        expect(after).toMatchObject({ valid: false, subject: '', claims: {} });
      });
      expect((await installation.backend('/v1/projects', { token: ourToken })).status).toBe(200);
      expect((await change('activate')).body).toMatchObject({ status: 'active' });
      const fresh = await installation.token(app.client_id, app.client_secret);
      await eventually(async () =>
        expect((await installation.backend('/v1/projects', { token: fresh })).status).toBe(200),
      );
      await refused(token, 'The token has been revoked.');
    });
  });

  describe('on gRPC', () => {
    test('ValidateToken returns the claims, or the reason for a refusal', async () => {
      const app = await installation.register(admin);
      const token = await installation.token(app.client_id, app.client_secret);
      const valid = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token });
      const claims = decodeJwt<Record<string, string>>(token);
      expect(valid).toEqual({
        valid: true,
        subject: app.client_id,
        roles: [],
        expiresAt: claims.exp,
        error: null,
        claims: {
          iss: claims.iss,
          aud: claims.aud,
          iat: String(claims.iat),
          jti: claims.jti,
          client_id: app.client_id,
          app_id: app.client_id,
          scope: 'projects.read projects.write',
          tenant_id: claims['tenant_id'],
          tenant_slug: 'default',
        },
      });
      for (const tenantId of ['default', claims['tenant_id']]) {
        const narrowed = { token: `Bearer ${token}`, tenant: { tenantId } };
        expect(await sidecar.call('AuthService', 'ValidateToken', narrowed)).toMatchObject({ valid: true });
      }
      const mismatch = { token, tenant: { tenantId: 'tnt-01jd00000000000000000000zz' } };
      const refusal = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', mismatch);
      expect(refusal).toMatchObject({
        valid: false,
        subject: '',
        claims: {},
        error: { status: 401, title: 'Unauthorized', extensions: { reason: 'tenant_mismatch' } },
      });
    });

    test('RevokeToken revokes a token everywhere, and IsRevoked confirms it', async () => {
      const app = await installation.register(admin);
      const token = await installation.token(app.client_id, app.client_secret);
      expect(await sidecar.call<IsRevokedResponse>('AuthService', 'IsRevoked', { token })).toEqual({ revoked: false });
      for (let time = 1; time <= 2; time++) {
        const request = { token, tenantId: 'default', reason: 'lost laptop' };
        expect(await sidecar.call<RevokeTokenResponse>('AuthService', 'RevokeToken', request)).toEqual({
          success: true,
        });
      }
      expect(await sidecar.call<IsRevokedResponse>('AuthService', 'IsRevoked', { token })).toEqual({ revoked: true });
      await refused(token, 'The token has been revoked.');
      await soon(async () => expect(await introspect(app, token)).toEqual({ active: false }));
      const { jti } = decodeJwt(token);
      const events = (): Promise<Record<string, unknown>[]> =>
        installation.query('SELECT actor_id, metadata FROM audit.events WHERE action = $1 AND resource_id = $2', [
          'oauth.token.revoke',
          jti,
        ]);
      await eventually(async () => {
        expect(await events()).toEqual([
          { actor_id: app.client_id, metadata: { clientId: app.client_id, reason: 'lost laptop' } },
        ]);
      });
    });

    test('GetJwks returns the published key set', async () => {
      const { jwksJson } = await sidecar.call<GetJwksResponse>('AuthService', 'GetJwks', {});
      const published = await installation.backend('/.well-known/jwks.json');
      expect(JSON.parse(jwksJson)).toEqual(published.body);
    });

    test('EmitAuditEvent records an event for the tenant that a service names, and refuses callers without the token', async () => {
      const event = {
        action: 'invoice.approve',
        resourceType: 'invoice',
        resourceId: 'inv-7',
        tenantId: 'default',
        userId: 'usr-9',
        outcome: 'success',
        metadataJson: '{"amount":12}',
      };
      const recorded = await sidecar.call<EmitAuditEventResponse>('AuditService', 'EmitAuditEvent', event);
      const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
      expect(recorded).toMatchObject({
        eventId: expect.stringMatching(/^aud-/),
        sequenceId: expect.any(Number),
        recordHash: hash,
        previousHash: hash,
        error: null,
      });
      expect(recorded.sequenceId).toBeGreaterThan(0);
      const rows = await installation.query('SELECT * FROM audit.events WHERE id = $1', [recorded.eventId]);
      expect(rows).toMatchObject([
        {
          tenant_id: expect.stringMatching(/^tnt-/),
          actor_type: 'user',
          // A user id from another system can identify a person, so it is encrypted with that person's key.
          actor_id: null,
          person: expect.stringMatching(/^psn-/),
          action: 'invoice.approve',
          outcome: 'success',
          metadata: { amount: 12, emittedBy: 'e2e' },
        },
      ]);
      const stranger = installation.sidecar(0, null);
      for (const [caller, request, status] of [
        [stranger, event, 401],
        [installation.sidecar(0, 'not-the-service-token'), event, 401],
        [sidecar, { ...event, tenantId: 'nobody' }, 404],
        [sidecar, { ...event, tenantId: '' }, 404],
      ] as const) {
        const refusal = await caller.call<EmitAuditEventResponse>('AuditService', 'EmitAuditEvent', request);
        expect(refusal).toMatchObject({ eventId: '', error: { status } });
      }
      const count = await installation.query(`SELECT count(*)::int FROM audit.events WHERE resource_id = 'inv-7'`);
      expect(count).toEqual([{ count: 1 }]);
    });

    test('an app records its own event once per idempotency key, and proves it', async () => {
      const scopes = ['audit.read', 'audit.write'];
      const app = await installation.register(admin, { declared_scopes: scopes, default_scopes: scopes });
      const token = await installation.token(app.client_id, app.client_secret, 'audit.read audit.write');
      const json = { action: 'invoice.paid', resourceType: 'invoice', resourceId: 'inv-9', metadata: { amount: 12 } };
      const headers = { 'idempotency-key': 'pay-1' };
      const record = () => installation.backend<AuditReceipt & { id: string }>('/v1/audit', { token, json, headers });
      const [first, second] = [await record(), await record()];
      expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
      const { id, sequenceId, recordHash } = first.body;
      const proof = await installation.backend<InclusionProof>(`/v1/audit/${id}/proof`, { token });
      expect(proof).toMatchObject({ status: 200, body: { id, sequenceId, recordHash } });
      expect(JSON.parse(proof.body.record ?? '')).toMatchObject({
        id,
        action: 'invoice.paid',
        metadata: { amount: 12 },
      });
      const claim = {
        index: sequenceId,
        size: proof.body.treeSize,
        leaf: leafHash(Buffer.from(proof.body.record ?? '')),
      };
      const hashes = proof.body.proof.map((hash) => Buffer.from(hash, 'hex'));
      const root = Buffer.from(proof.body.rootHash, 'hex');
      expect(verifyInclusion({ ...claim, root, proof: hashes })).toBe(true);
      const missing = await installation.backend(`/v1/audit/aud-01jd00000000000000000000zz/proof`, { token });
      expect(missing.status).toBe(404);
      const refused = await installation.backend('/v1/audit', { token, json: { ...json, action: 'nodots' } });
      expect(refused.status).toBe(400);
    });

    test('an event for an unknown tenant id is refused', async () => {
      const tenantId = 'tnt-01jd00000000000000000000zz';
      const request = { action: 'a.b', resourceType: '', resourceId: '', tenantId, userId: '', outcome: '' };
      const answer = await sidecar.call<EmitAuditEventResponse>('AuditService', 'EmitAuditEvent', request);
      expect(answer).toMatchObject({ eventId: '', error: { status: 404 } });
    });

    test('health reports SERVING for the empty name and each service', async () => {
      for (const name of ['', 'coresdk.v1.AuthService', 'coresdk.v1.AuditService']) {
        const request = Buffer.concat([Buffer.from([0x0a, name.length]), Buffer.from(name)]);
        const answer = await sidecar.raw('/grpc.health.v1.Health/Check', name === '' ? Buffer.alloc(0) : request);
        expect(answer).toEqual({ code: Grpc.OK, bytes: Buffer.from([0x08, 0x01]) });
      }
    });

    test('job calls without a tenant return NOT_FOUND, because their messages have no field for a refusal', async () => {
      const jobs = ALL_RPCS.filter(({ service }) => service === 'coresdk.v1.JobService');
      expect(jobs).toHaveLength(7);
      const codes = await Promise.all(
        jobs.map(async ({ service, method, definition }) => {
          const { path, responseStream } = definition;
          const code = responseStream ? await sidecar.stream(path).ended : (await sidecar.raw(path)).code;
          return [`${service}/${method}`, code];
        }),
      );
      expect(codes.filter(([, code]) => code !== Grpc.NOT_FOUND)).toEqual([]);
    });
  });

  test('every write, read and denial is recorded in the audit log exactly once, before or soon after its response', async () => {
    const app = await installation.register(admin);
    const token = await installation.token(app.client_id, app.client_secret);
    const tenantId = decodeJwt(token)['tenant_id'];
    const by = { tenant_id: tenantId, app_id: app.client_id, actor_id: app.client_id, outcome: 'success', reason: '' };
    const created = await createProject(token);
    const { id } = created.body;
    const path = `/v1/projects/${id}`;
    const apps = '/v1/oauth/apps';
    const project = { ...by, resource_type: 'project' };
    const failed = { outcome: 'failure', reason: 'not_found' };
    const stranger = { tenant_id: 'system', app_id: null, actor_id: 'anonymous', outcome: 'denied', resource_id: '' };
    const system = { actor_id: 'control-plane-token', outcome: 'success' };
    const serviceToken = installation.secrets.controlPlaneToken;
    await passJwksLife();
    const expected: [Answer<unknown>, object][] = [
      [created, { ...project, action: 'project.create', resource_id: id }],
      [await installation.backend('/v1/projects', { token }), { ...project, action: 'project.list', resource_id: '' }],
      [await installation.backend(path, { token }), { ...project, action: 'project.get', resource_id: id }],
      [
        await installation.backend(path, { token, method: 'DELETE' }),
        { ...project, action: 'project.delete', resource_id: id },
      ],
      [await installation.backend(path, { token }), { ...project, ...failed, action: 'project.get', resource_id: id }],
      [await installation.backend(path), { ...stranger, action: 'project.get', reason: 'token_missing' }],
      [
        await installation.backend('/v1/projects', { token: 'a.b.c' }),
        { ...stranger, action: 'project.list', reason: 'token_malformed' },
      ],
      [
        await installation.backend('/v1/projects', { token: admin }),
        { tenant_id: tenantId, action: 'project.list', outcome: 'denied', reason: 'insufficient_scope' },
      ],
      [
        await installation.backend('/v1/authorize', { token, json: { action: 'read', resource: 'projects' } }),
        { ...by, action: 'authorize', resource_type: 'token' },
      ],
      [
        await installation.backend(`${apps}/${app.client_id}`, { token: admin, method: 'PATCH', json: { name: 'X' } }),
        { tenant_id: tenantId, action: 'app.update', resource_id: app.client_id, outcome: 'success' },
      ],
      [
        await installation.backend(apps, { token: admin }),
        { tenant_id: tenantId, action: 'app.list', outcome: 'success' },
      ],
      [
        await installation.backend(apps, { token }),
        { action: 'app.list', outcome: 'denied', reason: 'insufficient_scope' },
      ],
      [
        await installation.controlPlane('/api/v1/tenants', { token: serviceToken }),
        { ...system, tenant_id: 'system', action: 'tenant.list' },
      ],
      [
        await installation.controlPlane('/api/v1/keys/rotate', { token: serviceToken, method: 'POST' }),
        { ...system, tenant_id: 'system', action: 'key.rotate' },
      ],
      [
        await installation.backend('/v1/oauth/token', {
          basic: [app.client_id, app.client_secret],
          form: { grant_type: 'client_credentials' },
        }),
        { ...by, action: 'oauth.token.issue', resource_type: 'access_token' },
      ],
      [
        await installation.backend('/v1/oauth/token', {
          basic: [app.client_id, 'wrong'],
          form: { grant_type: 'client_credentials' },
        }),
        { action: 'oauth.token.issue', outcome: 'denied', reason: 'invalid_client', actor_id: app.client_id },
      ],
      [
        await installation.backend('/v1/oauth/revoke', {
          basic: [app.client_id, app.client_secret],
          form: { token },
        }),
        { ...by, action: 'oauth.token.revoke', resource_type: 'access_token', resource_id: decodeJwt(token).jti },
      ],
    ];
    for (const [answer, event] of expected) {
      const rows = await eventually(async () => {
        const found = await auditOf(answer.requestId);
        expect(found).toHaveLength(1);
        return found;
      });
      expect(rows).toMatchObject([{ ip: '127.0.0.1', ...event }]);
    }
    await eventually(async () => {
      expect(await installation.query('SELECT count(*)::int FROM kernel.outbox')).toEqual([{ count: 0 }]);
    });
  });

  test('no secret or token is ever written to the logs', () => {
    const log = installation.logs();
    const { masterKey, controlPlaneToken, serviceToken, adminSecret } = installation.secrets;
    for (const secret of [masterKey, controlPlaneToken, serviceToken, adminSecret, admin, 'cs_']) {
      expect(log).not.toContain(secret);
    }
    expect(log).not.toMatch(/eyJ[\w-]{20,}/);
  });
});

/** Returns an app in the form of a client for the OAuth library. */
function asClient(app: AppWithSecret): { client: oauth.Client; proof: oauth.ClientAuth } {
  return { client: { client_id: app.client_id }, proof: oauth.ClientSecretBasic(app.client_secret) };
}
