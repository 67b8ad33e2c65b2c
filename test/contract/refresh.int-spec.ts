import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';
import { grpcConfig } from '../../src/kernel/grpc/grpc.config';
import type { RefreshTokenResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { systemContext } from '../../src/kernel/context/call-context';
import type { CancellableCall } from '../../src/kernel/grpc/grpc-caller-signal';
import { setPeer } from '../../src/kernel/grpc/peer-identity';
import { ServiceCallers } from '../../src/kernel/grpc/service-caller';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import type { RegisteredApp } from '../../src/modules/apps/contract/apps.types';
import { AuthPort } from '../../src/modules/auth/contract/auth.port';
import { GrantsPort } from '../../src/modules/oauth/contract/grants.port';
import type { TokenAnswer } from '../../src/modules/oauth/contract/oauth.types';
import { RefreshPort } from '../../src/modules/oauth/contract/refresh.port';
import { RefreshGrpcController } from '../../src/modules/oauth/grpc/refresh.grpc.controller';
import { OauthPort } from '../../src/modules/oauth/contract/oauth.port';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { clientRequest, makeApp, makePerson, tokensFor } from '../support/people';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { claimsOf, makeTenant, type TestTenant } from '../support/two-tenants';

let database: TestDatabase;
let control: TestCore;
let sidecar: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let service: GrpcClient;
let a: TestTenant;
let steady: RegisteredApp;

beforeAll(async () => {
  database = await createTestDatabase();
  control = await openAllCore(database, { REFRESH_GRACE_SECONDS: '0' });
  sidecar = await openSidecarCore(database, { REFRESH_GRACE_SECONDS: '0' });
  surface = await openSidecarSurface(sidecar);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  a = await makeTenant(control, 'a');
  steady = await makeApp(control, a.id, { refresh_rotation: false });
});

afterAll(async () => {
  service.close();
  await surface.close();
  await sidecar.close();
  await control.close();
  await database.drop();
});

const refresh = (refreshToken: string, client = service) =>
  client.call<RefreshTokenResponse>('AuthService', 'RefreshToken', { refreshToken });

const atEndpoint = (app: RegisteredApp, refreshToken: string): Promise<TokenAnswer> =>
  control.context
    .get(OauthPort)
    .token(clientRequest(app, { grant_type: 'refresh_token', refresh_token: refreshToken }));

const REFUSED = { token: '', expiresAt: 0, error: { status: 400, extensions: { reason: 'invalid_grant' } } };

async function newTokens(app = steady, tenant = a.id) {
  const person = await makePerson(control, tenant);
  return { person, tokens: await tokensFor(control, app, person) };
}

describe('a non-rotating refresh token', () => {
  it('gets any number of access tokens, from the sidecar and the token endpoint, and stays valid', async () => {
    const { person, tokens } = await newTokens();
    const seen = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      const answer = await refresh(tokens.refresh_token);
      expect(answer.error).toBeNull();
      const claims = claimsOf(answer.token);
      expect(claims).toMatchObject({ sub: person.user.id, client_id: steady.client_id, tenant_id: a.id });
      expect(answer.expiresAt).toBe(claims.exp);
      seen.add(claims.jti);
      const query = { token: answer.token, tenant: a.id, expectedAudience: null };
      expect(await sidecar.context.get(AuthPort).validateToken(null, query)).toMatchObject({ valid: true });
    }
    expect(seen.size).toBe(3);
    const answer = await atEndpoint(steady, tokens.refresh_token);
    expect(answer.access_token).not.toBe('');
    expect(answer).not.toHaveProperty('refresh_token');
    expect((await refresh(`Bearer ${tokens.refresh_token}`)).error).toBeNull();
  });

  it('is recorded in the audit log on each use', async () => {
    const { person, tokens } = await newTokens();
    const { jti } = claimsOf((await refresh(tokens.refresh_token)).token);
    const events = await queryAs(
      database.adminUrl,
      `SELECT payload->>'actorId' AS actor, payload->>'action' AS action FROM kernel.outbox WHERE payload->>'resourceId' = $1
       UNION ALL SELECT actor_id, action FROM audit.events WHERE resource_id = $1`,
      [jti],
    );
    expect(events).toEqual([{ actor: person.user.id, action: 'oauth.token.issue' }]);
  });

  it('keeps its family from expiring due to inactivity', async () => {
    const { tokens } = await newTokens();
    const idle = () =>
      queryAs<{ at: Date }>(
        database.adminUrl,
        'SELECT max(idle_until) AS at FROM oauth.refresh_families WHERE client_id = $1',
        [steady.client_id],
      );
    const [before] = await idle();
    await sleep(20);
    await refresh(tokens.refresh_token);
    const [after] = await idle();
    expect(after?.at.getTime()).toBeGreaterThan(before?.at.getTime() ?? Infinity);
  });

  it('revokes its family when it arrives altered, because that indicates guessing', async () => {
    const { tokens } = await newTokens();
    const { token } = await refresh(tokens.refresh_token);
    const forged = `${tokens.refresh_token.slice(0, 40)}${'A'.repeat(tokens.refresh_token.length - 40)}`;
    expect(await refresh(forged)).toMatchObject(REFUSED);
    expect(await refresh(tokens.refresh_token)).toMatchObject(REFUSED);
    const query = { token, tenant: null, expectedAudience: null };
    expect(await sidecar.context.get(AuthPort).validateToken(null, query)).toMatchObject({ refusal: 'token_revoked' });
    await expect(atEndpoint(steady, tokens.refresh_token)).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it.each<[string, (made: Awaited<ReturnType<typeof newTokens>>) => Promise<unknown>]>([
    [
      'its grant is revoked',
      ({ person, tokens }) =>
        control.context.get(GrantsPort).revoke(
          {
            ...systemContext('req-g', a.id),
            actor: { type: 'user', id: person.user.id },
            appId: steady.client_id,
          },
          claimsOf(tokens.access_token).grant_id ?? '',
        ),
    ],
    [
      'its user is suspended',
      ({ person }) =>
        control.context.get(UsersPort).setStatus(systemContext('req-u', a.id), person.user.id, 'suspended'),
    ],
    [
      'the token itself is revoked',
      ({ tokens }) => control.context.get(OauthPort).revoke(clientRequest(steady, { token: tokens.refresh_token })),
    ],
  ])('is refused once %s', async (_name, end) => {
    const made = await newTokens();
    expect((await refresh(made.tokens.refresh_token)).error).toBeNull();
    await end(made);
    await eventually(async () => expect(await refresh(made.tokens.refresh_token)).toMatchObject(REFUSED));
  });

  it('is refused once its app is deleted or its tenant is suspended, without affecting other tenants', async () => {
    const c = await makeTenant(control, 'c');
    const [app, gone] = [
      await makeApp(control, c.id, { refresh_rotation: false }),
      await makeApp(control, c.id, { refresh_rotation: false }),
    ];
    const [{ tokens: ofApp }, { tokens: ofGone }] = [await newTokens(app, c.id), await newTokens(gone, c.id)];
    const { tokens: ofA } = await newTokens();
    await control.context.get(AppsPort).remove(systemContext('req-d', c.id), gone.client_id);
    await eventually(async () => expect(await refresh(ofGone.refresh_token)).toMatchObject(REFUSED));
    expect((await refresh(ofApp.refresh_token)).error).toBeNull();
    await control.context.get(TenantsPort).setStatus(systemContext('req-t'), c.id, 'suspended');
    await eventually(async () => expect(await refresh(ofApp.refresh_token)).toMatchObject(REFUSED));
    expect((await refresh(ofA.refresh_token)).error).toBeNull();
  });
});

describe('RefreshToken', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a confidential app', {}],
    ['a public app', { app_type: 'spa', token_endpoint_auth_method: 'none' }],
  ])('sends %s with rotating tokens to the token endpoint, and leaves the token unused', async (_name, members) => {
    const app = await makeApp(control, a.id, members);
    const { tokens } = await newTokens(app);
    expect(await refresh(tokens.refresh_token)).toMatchObject({
      token: '',
      expiresAt: 0,
      error: { detail: 'use POST /v1/oauth/token', extensions: { reason: 'unauthorized_client' } },
    });
    const answer = await atEndpoint(app, tokens.refresh_token);
    expect(answer.refresh_token).toMatch(/^rt_/);
    expect(answer.refresh_token).not.toBe(tokens.refresh_token);
  });

  it('rotates again on the next use after the app enables rotation', async () => {
    const app = await makeApp(control, a.id, { refresh_rotation: false });
    const { tokens } = await newTokens(app);
    const admin = systemContext('req-p', a.id);
    const patched = await control.context.get(AppsPort).update(admin, app.client_id, { refresh_rotation: true });
    expect(patched.refresh_rotation).toBe(true);
    await eventually(async () =>
      expect((await refresh(tokens.refresh_token)).error?.detail).toBe('use POST /v1/oauth/token'),
    );
    const rotated = await atEndpoint(app, tokens.refresh_token);
    expect(rotated.refresh_token).not.toBe(tokens.refresh_token);
    await expect(atEndpoint(app, tokens.refresh_token)).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('is only for services of the installation, and refuses other callers in an OK response', async () => {
    const { tokens } = await newTokens();
    const stranger = new GrpcClient(surface.address);
    try {
      expect(await refresh(tokens.refresh_token, stranger)).toMatchObject({ token: '', error: { status: 401 } });
      for (const token of ['', 'rt_', 'not-a-token', tokens.access_token, `rt_${'a'.repeat(68)}`]) {
        expect(await refresh(token)).toMatchObject(REFUSED);
      }
      const malformed = await service.raw('/coresdk.v1.AuthService/RefreshToken', Buffer.from('ffff', 'hex'));
      expect(malformed.code).toBe(0);
      expect((await refresh(tokens.refresh_token)).error).toBeNull();
    } finally {
      stranger.close();
    }
  });

  it('refuses a caller bound to a different tenant in the same way as an unknown token', async () => {
    const { tokens } = await newTokens();
    const b = await makeTenant(control, 'b');
    // Development: no service token, one tenant.
    const held = await openSidecarCore(database, { CORESDK_TENANT_ID: b.slug });
    const settings = held.settings.with(grpcConfig, { CORESDK_SERVICE_TOKEN: null });
    const other = await openSidecarSurface({ ...held, settings });
    const client = new GrpcClient(other.address);
    try {
      expect(await refresh(tokens.refresh_token, client)).toMatchObject(REFUSED);
      const app = await makeApp(control, b.id, { refresh_rotation: false });
      const own = await newTokens(app, b.id);
      expect((await refresh(own.tokens.refresh_token, client)).error).toBeNull();
    } finally {
      client.close();
      await other.close();
      await held.close();
    }
  });

  it('accepts every tenant in the certificate of the caller, and no others', async () => {
    const [b, c] = [await makeTenant(control, 'bound-b'), await makeTenant(control, 'bound-c')];
    const bound = new Map([['billing', [b.slug, a.slug]]]);
    const callers = new ServiceCallers({ CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: null }, bound);
    const controller = new RefreshGrpcController(sidecar.context.get(RefreshPort), callers);
    const metadata = new Metadata();
    setPeer(metadata, { name: 'billing', names: ['billing'], expiresAtMs: Date.now() + 60_000 });
    const ask = async (tenant: TestTenant) => {
      const app = await makeApp(control, tenant.id, { refresh_rotation: false });
      const { tokens } = await newTokens(app, tenant.id);
      const call = { cancelled: false, once: () => call, getDeadline: () => Infinity } as unknown as CancellableCall;
      return controller.refreshToken({ refreshToken: tokens.refresh_token }, metadata, call);
    };
    for (const tenant of [b, a]) expect((await ask(tenant)).error).toBeNull();
    expect(await ask(c)).toMatchObject(REFUSED);
  });
});
