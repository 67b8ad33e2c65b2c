import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { AuthPort } from '../../src/modules/auth/contract/auth.port';
import type { AuthorizeResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { SERVICE_TOKEN } from '../support/test-core';
import { inProcess, remote, type RemoteWorld } from './auth-worlds';
import { authPortSuite } from './auth.port.suite';

authPortSuite('in process', inProcess);
authPortSuite('over gRPC', remote);

describe('AuthPort over gRPC only', () => {
  let world: RemoteWorld;
  const context = systemContext(newId('req'));

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it('receives a revocation from another process', async () => {
    const token = await world.a.issueToken();
    const query = { token, tenant: null, expectedAudience: null };
    expect(await world.auth.validateToken(context, query)).toMatchObject({ valid: true });
    await world.issuer.context.get(AuthPort).revokeToken(context, token, null, '');
    await eventually(async () => {
      expect(await world.auth.validateToken(context, query)).toEqual({ valid: false, refusal: 'token_revoked' });
    });
  });

  it('authorizes any caller with a token, but a subject only for services, and never a token passed as a subject', async () => {
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
    // A token takes precedence over a subject in the same request.
    expect(await ask(stranger, { token, subject: 'root', tenant: null })).toMatchObject({ allowed: true });
    expect(await ask(service, { subject: 'usr-1', tenant })).toMatchObject({ allowed: true });
    expect(await ask(stranger, { subject: 'usr-1', tenant })).toMatchObject({ allowed: false, error: { status: 401 } });
    expect(await ask(service, { subject: 'usr-1' })).toMatchObject({ allowed: false, error: { status: 404 } });
    expect(await ask(service, { tenant })).toMatchObject({ allowed: false, error: { status: 400 } });
    expect(await ask(service, { subject: token, tenant })).toMatchObject({ allowed: false, error: { status: 400 } });
    const refusal = {
      allowed: false,
      reason: expect.stringMatching(/^insufficient_scope: This call needs the scope /) as string,
    };
    const denied = { token, action: 'delete' };
    const whole = await ask(stranger, { ...denied, metadata: { requestId: 'req-1' } });
    expect(whole).toMatchObject({ ...refusal, error: { status: 403, extensions: { reason: 'denied' } } });
    // A caller that might be a published client reads the problem as text, and the bytes of the number 403 are not valid text.
    expect(await ask(stranger, denied)).toMatchObject({ ...refusal, error: { ...whole.error, status: 0 } });
    for (const client of [service, stranger]) client.close();
  });

  it('treats an outage as a refusal and does not allow anything', async () => {
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
