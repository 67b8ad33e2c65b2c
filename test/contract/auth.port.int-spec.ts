import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { AuthGrpcClient } from '../../src/modules/auth/client/auth.grpc-client';
import { AuthPort } from '../../src/modules/auth/contract/auth.port';
import type { AuthorizeResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { makeTenant } from '../support/two-tenants';
import { authPortSuite, type AuthWorld, MAX_AGE_MS, OTHER_AUDIENCE } from './auth.port.suite';

const environment = { AUDIENCES: OTHER_AUDIENCE, CHANGE_FEED_MAX_AGE_MS: String(MAX_AGE_MS) };

async function inProcess(): Promise<AuthWorld> {
  const database = await createTestDatabase();
  const core = await openAllCore(database, environment);
  return {
    auth: core.context.get(AuthPort),
    issuer: core,
    judge: core,
    a: await makeTenant(core, 'a'),
    b: await makeTenant(core, 'b'),
    adminUrl: database.adminUrl,
    async close() {
      await core.close();
      await database.drop();
    },
  };
}

interface RemoteWorld extends AuthWorld {
  readonly address: string;
  /** The sidecar's process goes away. */
  readonly endServer: () => Promise<void>;
}

/** The installation issues tokens in one core, and a sidecar with a core of its own judges them over gRPC. */
async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const issuer = await openAllCore(database, environment);
  const judge = await openSidecarCore(database, environment);
  const surface = await openSidecarSurface(judge);
  const channel = new GrpcChannel({ address: surface.address, serviceToken: SERVICE_TOKEN, serviceName: 'contract' });
  let ended: Promise<void> | null = null;
  const endServer = (): Promise<void> => (ended ??= surface.close());
  return {
    auth: new AuthGrpcClient(channel),
    address: surface.address,
    issuer,
    judge,
    a: await makeTenant(issuer, 'a'),
    b: await makeTenant(issuer, 'b'),
    adminUrl: database.adminUrl,
    endServer,
    async close() {
      channel.close();
      await endServer();
      await judge.close();
      await issuer.close();
      await database.drop();
    },
  };
}

authPortSuite('in process', inProcess);
authPortSuite('over gRPC', remote);

describe('AuthPort over gRPC alone', () => {
  let world: RemoteWorld;
  const context = systemContext(newId('req'));

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it('hears of a revocation by another process', async () => {
    const token = await world.a.issueToken();
    const query = { token, tenant: null, expectedAudience: null };
    expect(await world.auth.validateToken(context, query)).toMatchObject({ valid: true });
    await world.issuer.context.get(AuthPort).revokeToken(context, token, null, '');
    await eventually(async () => {
      expect(await world.auth.validateToken(context, query)).toEqual({ valid: false, refusal: 'token_revoked' });
    });
  });

  it('authorizes for whoever shows a token, but a subject for services alone, and no token in the place of a subject', async () => {
    const token = await world.a.issueToken();
    const ask = (client: GrpcClient, members: object) =>
      client.call<AuthorizeResponse>('AuthService', 'Authorize', {
        action: 'read',
        resource: 'projects/1',
        ...members,
      });
    const tenant = { tenantId: world.a.slug, roles: ['viewer'] };
    const [service, stranger] = [new GrpcClient(world.address, SERVICE_TOKEN), new GrpcClient(world.address)];
    const who = { roles: [], tenantId: world.a.id };
    expect(await ask(stranger, { token })).toEqual({ allowed: true, reason: '', error: null, ...who });
    // A token wins over a subject beside it.
    expect(await ask(stranger, { token, subject: 'root', tenant: null })).toMatchObject({ allowed: true });
    expect(await ask(service, { subject: 'usr-1', tenant })).toMatchObject({ allowed: true });
    expect(await ask(stranger, { subject: 'usr-1', tenant })).toMatchObject({ allowed: false, error: { status: 401 } });
    expect(await ask(service, { subject: 'usr-1' })).toMatchObject({ allowed: false, error: { status: 404 } });
    expect(await ask(service, { tenant })).toMatchObject({ allowed: false, error: { status: 400 } });
    expect(await ask(service, { subject: token, tenant })).toMatchObject({ allowed: false, error: { status: 400 } });
    const refusal = { allowed: false, reason: 'insufficient_scope' };
    const denied = { token, action: 'delete' };
    const whole = await ask(stranger, { ...denied, metadata: { requestId: 'req-1' } });
    expect(whole).toMatchObject({ ...refusal, error: { status: 403, extensions: { reason: 'denied' } } });
    // Who may be a published client reads the problem as a text: 403 would be two bytes that are none.
    expect(await ask(stranger, denied)).toMatchObject({ ...refusal, error: { ...whole.error, status: 0 } });
    for (const client of [service, stranger]) client.close();
  });

  it('takes an outage for a refusal, never for a pass', async () => {
    const token = await world.a.issueToken();
    await world.endServer();
    const hurried = { ...context, deadlineMs: Date.now() + 1_000 };
    const query = { token, tenant: null, expectedAudience: null };
    expect(await world.auth.validateToken(hurried, query)).toEqual({
      valid: false,
      refusal: 'unavailable',
      outage: 'sidecar_unavailable',
    });
    const asked = { action: 'project.get', resource: '', context: {}, requiredScope: '' };
    expect(await world.auth.authorize(hurried, { ...asked, principal: { token, tenant: null } })).toMatchObject({
      allowed: false,
      code: 'unavailable',
    });
    expect(await world.auth.isRevoked(hurried, token)).toBe(true);
    await expect(world.auth.revokeToken(hurried, token, null, '')).rejects.toMatchObject({ name: 'AppError' });
    await expect(world.auth.jwks(hurried)).rejects.toMatchObject({ name: 'AppError' });
  });
});
