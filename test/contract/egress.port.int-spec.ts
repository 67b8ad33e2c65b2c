import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { EgressGrpcClient } from '../../src/modules/gates/client/egress.grpc-client';
import { EgressPort } from '../../src/modules/gates/contract/egress.port';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { makeTenant } from '../support/two-tenants';
import { egressPortSuite, type EgressWorld } from './egress.port.suite';

/** The maximum staleness of the host's data before the host must refuse; the smallest allowed value. */
const environment = { CHANGE_FEED_MAX_AGE_MS: '1500' };

async function inProcess(): Promise<EgressWorld> {
  const database = await createTestDatabase();
  const core = await openAllCore(database, environment);
  return {
    egress: core.context.get(EgressPort),
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

async function remote(): Promise<EgressWorld> {
  const world = await inProcess();
  const surface = await openSidecarSurface(world.judge);
  const channel = new GrpcChannel({ address: surface.address, serviceToken: SERVICE_TOKEN, serviceName: 'contract' });
  return {
    ...world,
    egress: new EgressGrpcClient(channel),
    async close() {
      channel.close();
      await surface.close();
      await world.close();
    },
  };
}

egressPortSuite('in process', inProcess);
egressPortSuite('over gRPC', remote);
