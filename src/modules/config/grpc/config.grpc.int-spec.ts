import { status as Grpc } from '@grpc/grpc-js';
import { GrpcClient } from '../../../../test/support/grpc-client';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant, suspendTenant, type TestTenant } from '../../../../test/support/two-tenants';
import { systemContext } from '../../../kernel/context/call-context';
import type { GetConfigResponse } from '../../../kernel/grpc/generated/coresdk/v1/config';
import { newId } from '../../../kernel/ids/ids';
import { ConfigAdminPort } from '../contract/config-admin.port';

const NONE = { ifMatch: null, ifNoneMatch: null };
const WATCH = '/coresdk.v1.ConfigService/WatchConfig';

let database: TestDatabase;
let core: TestCore;
let surface: { readonly address: string; readonly close: () => Promise<void> };
let service: GrpcClient;
let stranger: GrpcClient;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  stranger = new GrpcClient(surface.address);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  service.close();
  stranger.close();
  await surface.close();
  await core.close();
  await database.drop();
});

const get = (tenantId: string, client = service): Promise<GetConfigResponse> =>
  client.call('ConfigService', 'GetConfig', { tenant: { tenantId } });

const put = (tenant: TestTenant, values: Record<string, string>) =>
  core.context.get(ConfigAdminPort).replace(systemContext(newId('req'), tenant.id), values, NONE);

/** A WatchConfigRequest (wire contract §1): tenant.tenant_id, last_version. */
function watchRequest(tenantId: string, lastVersion = ''): Buffer {
  const text = (field: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(field << 3) | 2, bytes.length]), bytes]);
  const last = lastVersion === '' ? Buffer.alloc(0) : text(2, Buffer.from(lastVersion));
  return Buffer.concat([text(1, text(1, Buffer.from(tenantId))), last]);
}

describe('GetConfig', () => {
  it('returns the values of a tenant by id or slug, with times in whole seconds', async () => {
    expect(await get(a.id)).toMatchObject({
      snapshot: { values: {}, updatedAt: 0, storageBackend: 'postgres' },
      error: null,
    });
    await put(a, { theme: 'dark' });
    const { snapshot } = await get(a.slug);
    expect(snapshot).toMatchObject({ values: { theme: 'dark' }, storageBackend: 'postgres' });
    expect(Math.abs((snapshot?.updatedAt ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
    expect((await get(b.id)).snapshot?.values).toEqual({});
  });

  it.each<[string, string, () => GrpcClient, number]>([
    ['no tenant', '', () => service, 404],
    ['an unknown tenant', 'nobody', () => service, 404],
    ['a caller that is not a service', 'x', () => stranger, 401],
  ])('returns a problem and no values for %s', async (_name, tenantId, client, status) => {
    expect(await get(tenantId, client())).toMatchObject({ snapshot: null, error: { status } });
  });

  it('responds to bytes that are not a valid request', async () => {
    const answer = await service.raw('/coresdk.v1.ConfigService/GetConfig', Buffer.from([0xff, 0xff, 0xff]));
    expect(answer.code).toBe(Grpc.OK);
  });
});

describe('WatchConfig', () => {
  it('sends the current configuration immediately, but sends only later changes to a caller that already has it', async () => {
    const { snapshot } = await get(a.id);
    await service.stream(WATCH, watchRequest(a.id)).first;
    const known = service.stream(WATCH, watchRequest(a.id, snapshot?.version));
    const early = await Promise.race([
      known.first.then(() => 'sent'),
      new Promise((r) => setTimeout(() => r('quiet'), 200)),
    ]);
    expect(early).toBe('quiet');
    await put(a, { theme: 'light' });
    await known.first;
  });

  it.each<[string, Buffer, () => GrpcClient, Grpc]>([
    ['an unknown tenant', watchRequest('nobody'), () => service, Grpc.NOT_FOUND],
    ['a caller that is not a service', watchRequest('nobody'), () => stranger, Grpc.UNAUTHENTICATED],
    ['bytes that are not a request', Buffer.from([0xff, 0xff, 0xff]), () => service, Grpc.INVALID_ARGUMENT],
  ])('ends for %s', async (_name, bytes, client, code) => {
    expect(await client().stream(WATCH, bytes).ended).toBe(code);
  });

  it('ends for an invalid version', async () => {
    expect(await service.stream(WATCH, watchRequest(a.id, 'yesterday')).ended).toBe(Grpc.INVALID_ARGUMENT);
  });

  it('ends when its tenant is suspended', async () => {
    const c = await makeTenant(core, 'c');
    const stream = service.stream(WATCH, watchRequest(c.id));
    await stream.first;
    await suspendTenant(core, c.id);
    expect(await stream.ended).toBe(Grpc.PERMISSION_DENIED);
    expect(await get(c.id)).toMatchObject({ snapshot: null, error: { status: 403 } });
  });
});
