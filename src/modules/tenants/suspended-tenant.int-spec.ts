import { status as Grpc } from '@grpc/grpc-js';
import { GrpcClient } from '../../../test/support/grpc-client';
import { makePerson } from '../../../test/support/people';
import { grantSecret, putSecret } from '../../../test/support/secrets';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { TenantsPort } from './contract/tenants.port';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let client: GrpcClient;
let tenant: TestTenant;
let other: TestTenant;
let userId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  client = new GrpcClient(surface.address, SERVICE_TOKEN);
  [tenant, other] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  userId = (await makePerson(core, tenant.id)).user.id;
  await putSecret(core, tenant.id, 'DB_PASSWORD', 'correct horse');
  await grantSecret(core, tenant.id, { principal: { type: 'user', id: userId }, path: { path: '*' } });
});

afterAll(async () => {
  client.close();
  await surface.close();
  await core.close();
  await database.drop();
});

const setStatus = (status: 'active' | 'suspended') =>
  core.context.get(TenantsPort).setStatus(systemContext(newId('req')), tenant.id, status);

const INPUT = { subject: 'usr-x', action: 'project.get', resource: 'projects/1', roles: ['viewer'] };

/** Decision requests that a service sends on behalf of a tenant, which they name by id or slug. */
const decisions = (tenantId: string): readonly [string, string, object][] => [
  ['AuthService', 'Authorize', { ...INPUT, tenant: { tenantId, roles: ['viewer'] } }],
  [
    'PolicyService',
    'Evaluate',
    { rule: 'data.authz.allow', inputJson: JSON.stringify({ ...INPUT, tenant_id: tenant.id }), tenant: { tenantId } },
  ],
  ['RateLimitService', 'CheckRateLimit', { key: 'k', tenantId }],
  ['FlagService', 'EvaluateFlag', { flagKey: 'k', tenantId }],
];

const resolveSecret = () =>
  client.call<object>('SecretsService', 'ResolveSecret', {
    caller: { tenantId: tenant.slug, userId },
    refs: [{ name: 'DB_PASSWORD' }],
  });

interface Answer {
  readonly allowed?: boolean;
  readonly result?: boolean;
  readonly enabled?: boolean;
  readonly error: { readonly status: number } | null;
}

describe('a suspended tenant', () => {
  beforeAll(() => setStatus('suspended'));
  afterAll(() => setStatus('active'));

  it.each(['id', 'slug'] as const)('is denied every decision, in an OK response, when named by its %s', async (by) => {
    for (const [service, method, request] of decisions(tenant[by])) {
      const answer = await client.call<Answer>(service, method, request);
      const { allowed = false, result = false, enabled = false, error } = answer;
      expect([method, allowed || result || enabled, error?.status]).toEqual([method, false, 403]);
      expect(JSON.stringify(answer)).toContain('The tenant is not active.');
    }
  });

  it('cannot resolve secrets', async () => {
    await expect(resolveSecret()).rejects.toMatchObject({
      code: Grpc.PERMISSION_DENIED,
      details: 'The tenant is not active.',
    });
  });

  it('can still record audit events', async () => {
    const event = { action: 'job.end', resourceType: 'job', resourceId: '1', tenantId: tenant.id };
    expect(await client.call('AuditService', 'EmitAuditEvent', event)).toMatchObject({
      eventId: expect.stringMatching(/^aud-/),
      error: null,
    });
  });

  it('does not affect other tenants', async () => {
    const [, , limited] = decisions(other.slug);
    expect(await client.call('RateLimitService', 'CheckRateLimit', limited?.[2] ?? {})).toMatchObject({
      allowed: true,
    });
  });
});

describe('a reactivated tenant', () => {
  it('can resolve its secrets', async () => {
    expect(await resolveSecret()).toMatchObject({ resolved: [{ name: 'DB_PASSWORD' }], error: null });
  });

  it('gets the same decisions as before', async () => {
    const answers = await Promise.all(
      decisions(tenant.slug).map(([service, method, request]) => client.call<Answer>(service, method, request)),
    );
    for (const { error } of answers) expect(error?.status).not.toBe(403);
    expect(answers).toMatchObject([{ allowed: true }, { result: true }, { allowed: true }, {}]);
  });
});
