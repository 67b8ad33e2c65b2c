import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { EntitlementsGrpcClient } from '../../src/modules/entitlements/client/entitlements.grpc-client';
import { EntitlementsPort } from '../../src/modules/entitlements/contract/entitlements.port';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { entitlementsPortSuite, type EntitlementsWorld } from './entitlements.port.suite';

async function inProcess(): Promise<EntitlementsWorld> {
  const database = await createTestDatabase();
  const host = await openAllCore(database);
  return {
    entitlements: host.context.get(EntitlementsPort),
    host,
    async close() {
      await host.close();
      await database.drop();
    },
  };
}

/** A separate sidecar next to the control plane process. */
async function remote(serviceToken: string | null = SERVICE_TOKEN): Promise<EntitlementsWorld> {
  const database = await createTestDatabase();
  const host = await openAllCore(database);
  const sidecar = await openSidecarCore(database);
  const surface = await openSidecarSurface(sidecar);
  const channel = new GrpcChannel({ address: surface.address, serviceToken, serviceName: 'contract' });
  return {
    entitlements: new EntitlementsGrpcClient(channel),
    host,
    async close() {
      channel.close();
      await surface.close();
      await sidecar.close();
      await host.close();
      await database.drop();
    },
  };
}

entitlementsPortSuite('in process', inProcess);
entitlementsPortSuite('over gRPC', remote);

describe('EntitlementsPort over gRPC only', () => {
  it('does not disclose anything to callers that are not services', async () => {
    const world = await remote(null);
    const tenantId = newId('tnt');
    const asked = world.entitlements.check(systemContext(newId('req'), tenantId), tenantId, 'seats');
    await expect(asked).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
    await world.close();
  });
});
