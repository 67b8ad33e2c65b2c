import { status as Grpc } from '@grpc/grpc-js';
import type { AdmitResponse } from '../../src/kernel/grpc/generated/cpod/internal/v1/auth';
import type { DetokeniseResponse } from '../../src/kernel/grpc/generated/cpod/internal/v1/masking';
import type { ListResponse, RecordResponse } from '../../src/kernel/grpc/generated/cpod/internal/v1/audit';
import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { AuditPort } from '../../src/modules/audit/contract/audit.port';
import { auditEvent, SYSTEM_LOG } from '../../src/modules/audit/contract/audit.types';
import { toRecordRequest } from '../../src/modules/audit/grpc/record-request';
import { ALL_RPCS, GrpcClient } from '../support/grpc-client';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

// A caller can be bound to one tenant by CORESDK_TENANT_ID, or by a certificate in CORESDK_TLS_SERVICE_TENANTS. It is then limited to this
// tenant on the internal services, too, each of which names the tenant in its own way.

let database: TestDatabase;
let control: TestCore;
let sidecar: TestCore;
let own: TestTenant;
let other: TestTenant;
let surfaces: Awaited<ReturnType<typeof openSidecarSurface>>[] = [];
let bound: GrpcClient;
let free: GrpcClient;

beforeAll(async () => {
  database = await createTestDatabase();
  control = await openAllCore(database);
  own = await makeTenant(control, 'a');
  other = await makeTenant(control, 'b');
  sidecar = await openSidecarCore(database);
  surfaces = [
    await openSidecarSurface(sidecar),
    await openSidecarSurface(sidecar, { CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: own.slug }),
  ];
  free = new GrpcClient(surfaces[0]?.address ?? '', SERVICE_TOKEN);
  bound = new GrpcClient(surfaces[1]?.address ?? '');
});

afterAll(async () => {
  free.close();
  bound.close();
  for (const surface of surfaces) await surface.close();
  await sidecar.close();
  await control.close();
  await database.drop();
});

/** The status of a call to `cpod.internal.v1`, and its response if the status is OK. */
async function call<T extends object>(client: GrpcClient, service: string, method: string, request: object) {
  const rpc = ALL_RPCS.find((known) => known.service === `cpod.internal.v1.${service}` && known.method === method);
  if (!rpc) throw new Error(`There is no RPC ${service}/${method}.`);
  const { code, bytes } = await client.raw(rpc.definition.path, rpc.definition.requestSerialize(request));
  return { code, answer: code === Grpc.OK ? (rpc.definition.responseDeserialize(bytes) as T) : null };
}

const eventOf = (tenantId: string) => {
  const context = systemContext(newId('req'), tenantId);
  return auditEvent(context, { action: 'order.ship', resourceType: 'order', resourceId: '1' }, Date.now());
};
const masking = (tenantId: string) => ({
  caller: { tenantId, actorType: 'service', actorId: 'x', appId: '', ip: '', auditEventId: '' },
  tokens: ['tok_nothing'],
});

describe('a service bound to a tenant', () => {
  it('admits requests of its own tenant only', async () => {
    const admit = async (tenant: TestTenant) => {
      const request = { token: await tenant.issueToken(), action: 'project.get', resource: 'project', route: 'GET /' };
      return (await call<AdmitResponse>(bound, 'AuthInternalService', 'Admit', request)).answer;
    };
    expect(await admit(own)).toMatchObject({ tokenError: null, limit: { allowed: true } });
    expect(await admit(other)).toMatchObject({ claimsJson: '', decision: null, limit: null });
  });

  it('can use the internal services for its own tenant', async () => {
    expect(
      (await call<RecordResponse>(bound, 'AuditInternalService', 'Record', toRecordRequest(eventOf(own.id)))).code,
    ).toBe(Grpc.OK);
    const listed = await call<ListResponse>(bound, 'AuditInternalService', 'List', {
      tenantId: own.id,
      filterJson: '{}',
      after: -1,
    });
    expect(listed.answer?.recordJson.join()).toContain('order.ship');
    expect((await call<DetokeniseResponse>(bound, 'MaskingInternalService', 'Detokenise', masking(own.id))).code).toBe(
      Grpc.OK,
    );
  });

  it.each([
    ['another tenant', () => other.id],
    ['the installation', () => SYSTEM_LOG],
  ])('cannot read or write the log of %s', async (_whose, tenantOf) => {
    const tenantId = tenantOf();
    const event = { ...eventOf(other.id), tenantId };
    await control.context.get(AuditPort).record(systemContext(newId('req')), event);
    const calls: readonly (readonly [string, object])[] = [
      ['Record', toRecordRequest({ ...eventOf(other.id), tenantId })],
      ['Deliver', { id: event.id, tenantId }],
      ['Prove', { id: event.id, tenantId }],
      ['Search', { tenantId, queryJson: '{"limit":10}' }],
      ['List', { tenantId, filterJson: '{}', after: -1 }],
    ];
    for (const [method, request] of calls) {
      expect([method, (await call(bound, 'AuditInternalService', method, request)).code]).toEqual([
        method,
        Grpc.NOT_FOUND,
      ]);
      expect([method, (await call(free, 'AuditInternalService', method, request)).code]).toEqual([method, Grpc.OK]);
    }
  });

  it('cannot mask or detokenize for another tenant', async () => {
    const detokenised = await call(bound, 'MaskingInternalService', 'Detokenise', masking(other.id));
    expect(detokenised.code).toBe(Grpc.NOT_FOUND);
    const wish = { value: 'a@b.example', json: false, strategy: '', ...masking(other.id) };
    expect((await call(bound, 'MaskingInternalService', 'MaskForTenant', wish)).code).toBe(Grpc.NOT_FOUND);
    expect((await call(free, 'MaskingInternalService', 'Detokenise', masking(other.id))).code).toBe(Grpc.OK);
  });
});
