import { status as Grpc } from '@grpc/grpc-js';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { ConfigAdminPort } from '../../src/modules/config/contract/config-admin.port';
import { balance } from '../support/balancer';
import { eventually } from '../support/eventually';
import { type Followed, GrpcClient } from '../support/grpc-client';
import { activateBundle } from '../support/policy-bundle';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

/** One of the two streams, which have the same contract. */
interface Watched {
  readonly service: string;
  readonly method: string;
  readonly limit: number;
  readonly request: (tenantId: string, last: string) => object;
  readonly versionOf: (message: never) => string;
  /** Creates the next version. */
  readonly change: (tenant: TestTenant) => Promise<void>;
}

const WATCHED: readonly Watched[] = [
  {
    service: 'ConfigService',
    method: 'WatchConfig',
    limit: 256,
    request: (tenantId, lastVersion) => ({ tenant: { tenantId }, lastVersion }),
    versionOf: ({ version }: { readonly version: string }) => version,
    change: async ({ id }) => {
      const admin = all.context.get(ConfigAdminPort);
      await admin.change(systemContext(newId('req'), id), { key: newId('req') }, { ifMatch: null, ifNoneMatch: null });
    },
  },
  {
    service: 'PolicyService',
    method: 'WatchPolicyUpdates',
    limit: 32,
    request: (tenantId, lastBundleVersion) => ({ tenant: { tenantId }, lastBundleVersion }),
    versionOf: ({ bundleVersion }: { readonly bundleVersion: string }) => bundleVersion,
    change: async ({ id }) => {
      await activateBundle(database.adminUrl, id, { modules: { 'app.rego': 'package app\n\nallow := true' } });
    },
  },
];

let database: TestDatabase;
let all: TestCore;
let sidecar: TestCore;
let surfaces: readonly { readonly address: string; readonly close: () => Promise<void> }[];
let clients: readonly [GrpcClient, GrpcClient];
let named = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  all = await openAllCore(database);
  sidecar = await openSidecarCore(database);
  const [one, two] = [await openSidecarSurface(all), await openSidecarSurface(sidecar)];
  surfaces = [one, two];
  clients = [new GrpcClient(one.address, SERVICE_TOKEN), new GrpcClient(two.address, SERVICE_TOKEN)];
});

afterAll(async () => {
  for (const client of clients) client.close();
  for (const surface of surfaces) await surface.close();
  await sidecar.close();
  await all.close();
  await database.drop();
});

describe.each(WATCHED)('$service/$method', ({ service, method, limit, request, versionOf, change }) => {
  const follow = (client: GrpcClient, tenantId: string, last = ''): Followed<never> =>
    client.follow(service, method, request(tenantId, last));

  const newTenant = (): Promise<TestTenant> => makeTenant(all, `watched-${(named += 1)}`);

  /** Returns the versions of the next messages. */
  async function take(stream: Followed<never>, count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) taken.push(versionOf(await stream.next()));
    return taken;
  }

  /** Returns the change counters of configuration versions; a bundle's version is only the counter. */
  const changes = (taken: readonly string[]): string[] => taken.map((version) => version.split('.')[0] ?? '');

  it('resumes on a different sidecar after the last version received, with each version once and in order', async () => {
    const tenant = await newTenant();
    await change(tenant);
    const first = follow(clients[0], tenant.id);
    const before = await take(first, 1);
    for (let n = 0; n < 4; n++) await change(tenant);
    before.push(...(await take(first, 2)));
    first.cancel();
    expect(await first.ended).toBe(Grpc.CANCELLED);
    // Created while no stream is open, and while the second stream is already open.
    await change(tenant);
    const second = follow(clients[1], tenant.id, before.at(-1));
    const after = await take(second, 3);
    await change(tenant);
    after.push(...(await take(second, 1)));
    second.cancel();
    const back = follow(clients[0], tenant.id, after.at(-1));
    await change(tenant);
    after.push(...(await take(back, 1)));
    back.cancel();
    expect(changes([...before, ...after])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('refuses a stream over a sidecar’s limit, and accepts it after another stream ends', async () => {
    const tenant = await newTenant();
    await change(tenant);
    const open = Array.from({ length: limit }, () => follow(clients[0], tenant.id));
    for (const stream of open) await take(stream, 1);
    expect(await follow(clients[0], tenant.id).ended).toBe(Grpc.RESOURCE_EXHAUSTED);
    // Each sidecar counts its own streams.
    const elsewhere = follow(clients[1], tenant.id);
    await take(elsewhere, 1);
    elsewhere.cancel();

    open[0]?.cancel();
    await eventually(async () => {
      const another = follow(clients[0], tenant.id);
      open.push(another);
      await take(another, 1);
    });
    for (const stream of open) stream.cancel();
    await Promise.all(open.map(({ ended }) => ended));
  });

  it('frees the slot of a client that disconnected without notice', async () => {
    const tenant = await newTenant();
    await change(tenant);
    const line = await balance([surfaces[0]?.address ?? '']);
    const client = new GrpcClient(line.address, SERVICE_TOKEN);
    const open = Array.from({ length: limit }, () => follow(client, tenant.id));
    for (const stream of open) await take(stream, 1);
    expect(await follow(clients[0], tenant.id).ended).toBe(Grpc.RESOURCE_EXHAUSTED);
    line.close();
    client.close();
    const again = await eventually(async () => {
      const stream = follow(clients[0], tenant.id);
      await take(stream, 1);
      return stream;
    });
    again.cancel();
    await Promise.all([again, ...open].map(({ ended }) => ended));
  });
});
