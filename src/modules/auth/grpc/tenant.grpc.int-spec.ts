import type {
  ResolveTenantResponse,
  ValidateIsolationResponse,
} from '../../../kernel/grpc/generated/coresdk/v1/tenant';
import { GrpcClient } from '../../../../test/support/grpc-client';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../../test/support/two-tenants';
import { systemContext } from '../../../kernel/context/call-context';
import { newId } from '../../../kernel/ids/ids';
import { TenantsPort } from '../../tenants/contract/tenants.port';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let service: GrpcClient;
let anybody: GrpcClient;
let tenant: TestTenant;
let other: TestTenant;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  [service, anybody] = [new GrpcClient(surface.address, SERVICE_TOKEN), new GrpcClient(surface.address)];
  [tenant, other] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  token = await tenant.issueToken();
});

afterAll(async () => {
  service.close();
  anybody.close();
  await surface.close();
  await core.close();
  await database.drop();
});

const resolve = (request: object, by = anybody) =>
  by.call<ResolveTenantResponse>('TenantService', 'ResolveTenant', request);
const compare = (requestingTenantId: string, resourceTenantId: string, by = service) =>
  by.call<ValidateIsolationResponse>('TenantService', 'ValidateIsolation', { requestingTenantId, resourceTenantId });

describe('ResolveTenant', () => {
  it('returns the tenant of a token for any caller, with or without a Bearer prefix', async () => {
    const known = { tenantId: tenant.id, tenantName: 'a', attributes: { slug: tenant.slug, plan: 'free' } };
    for (const by of [anybody, service]) {
      expect(await resolve({ token }, by)).toMatchObject({ tenant: known, error: null });
    }
    expect(await resolve({ token: `Bearer ${token}` })).toMatchObject({ tenant: known });
  });

  it('can be narrowed by a hint, but not redirected', async () => {
    for (const tenantHint of [tenant.id, tenant.slug]) {
      expect(await resolve({ token, tenantHint })).toMatchObject({ tenant: { tenantId: tenant.id }, error: null });
    }
    for (const tenantHint of [other.id, other.slug, 'nobody', 'tnt-x', ' ', '\u0000']) {
      for (const by of [anybody, service]) {
        const answer = await resolve({ token, tenantHint }, by);
        expect([tenantHint, answer.tenant, answer.error?.status]).toEqual([tenantHint, null, 401]);
      }
    }
  });

  it('does not return a tenant for an invalid token, for no token, or for a hint without a token', async () => {
    for (const request of [{}, { tenantHint: tenant.id }, { token: 'x.y.z' }, { token: `${token}x` }]) {
      for (const by of [anybody, service]) {
        expect(await resolve(request, by)).toMatchObject({ tenant: null, error: { status: 401 } });
      }
    }
  });

  it('does not return a tenant for bytes that cannot be decoded', async () => {
    const { code, bytes } = await anybody.raw('/coresdk.v1.TenantService/ResolveTenant', Buffer.from([0xff, 0xff]));
    expect([code, bytes.length > 0]).toEqual([0, true]);
  });
});

describe('ValidateIsolation', () => {
  it('treats the id and slug of a tenant as equal', async () => {
    for (const [one, two] of [
      [tenant.id, tenant.id],
      [tenant.id, tenant.slug],
      [tenant.slug, tenant.id],
      [tenant.slug, tenant.slug],
    ] as const) {
      expect(await compare(one, two)).toEqual({ isolated: true, error: null });
    }
  });

  it('separates two tenants, and returns the same response for an unknown tenant', async () => {
    const another = await compare(tenant.id, other.slug);
    expect(another).toMatchObject({ isolated: false, error: { extensions: { reason: 'tenant_mismatch' } } });
    expect(await compare(tenant.id, 'nobody')).toEqual(another);
  });

  it.each([
    ['', ''],
    ['a', ''],
    ['', 'a'],
    ['nobody', 'nobody'],
    [' ', ' '],
  ])('never treats "%s" and "%s" as equal', async (one, two) => {
    const known = (name: string): string => (name === 'a' ? tenant.id : name);
    expect(await compare(known(one), known(two))).toMatchObject({
      isolated: false,
      error: { title: expect.any(String) },
    });
  });

  it('is restricted to services', async () => {
    expect(await compare(tenant.id, tenant.id, anybody)).toMatchObject({ isolated: false, error: { status: 401 } });
  });

  it('refuses a suspended tenant', async () => {
    const tenants = core.context.get(TenantsPort);
    await tenants.setStatus(systemContext(newId('req')), tenant.id, 'suspended');
    expect(await compare(tenant.id, tenant.id)).toMatchObject({ isolated: false, error: { status: 403 } });
    expect(await resolve({ token })).toMatchObject({ tenant: null, error: { status: 401 } });
    await tenants.setStatus(systemContext(newId('req')), tenant.id, 'active');
  });
});
