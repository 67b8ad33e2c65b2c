import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { FlagsGrpcClient } from '../../src/modules/flags/client/flags.grpc-client';
import { FlagsPort } from '../../src/modules/flags/contract/flags.port';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { flagsPortSuite, type FlagsWorld } from './flags.port.suite';

async function inProcess(): Promise<FlagsWorld> {
  const database = await createTestDatabase();
  const host = await openAllCore(database);
  return {
    flags: host.context.get(FlagsPort),
    host,
    maker: host,
    database,
    async close() {
      await host.close();
      await database.drop();
    },
  };
}

interface RemoteWorld extends FlagsWorld {
  /** The same sidecar, called with a different service token. */
  readonly asStranger: (serviceToken: string | null) => FlagsPort;
}

async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const maker = await openAllCore(database);
  const host = await openSidecarCore(database);
  const surface = await openSidecarSurface(host);
  const channels: GrpcChannel[] = [];
  const asStranger = (serviceToken: string | null): FlagsPort => {
    const channel = new GrpcChannel({ address: surface.address, serviceToken, serviceName: 'contract' });
    channels.push(channel);
    return new FlagsGrpcClient(channel);
  };
  return {
    flags: asStranger(SERVICE_TOKEN),
    asStranger,
    host,
    maker,
    database,
    async close() {
      for (const channel of channels) channel.close();
      await surface.close();
      await host.close();
      await maker.close();
      await database.drop();
    },
  };
}

flagsPortSuite('in process', inProcess);
flagsPortSuite('over gRPC', remote);

describe('FlagsPort over gRPC only', () => {
  let world: RemoteWorld;

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it.each([null, '', 'another-token-entirely'])(
    'does not disclose anything to a caller with the service token %j',
    async (token) => {
      const stranger = world.asStranger(token);
      const context = systemContext(newId('req'), newId('tnt'));
      await expect(stranger.evaluate(context, 'x', {})).rejects.toMatchObject({ name: 'AppError' });
      await expect(stranger.evaluateAll(context, {})).rejects.toMatchObject({ name: 'AppError' });
      await expect(stranger.list(context, { limit: 1 })).rejects.toMatchObject({ name: 'AppError' });
      const condition = { ifMatch: null, ifNoneMatch: null };
      await expect(stranger.put(context, 'x', '{}', condition)).rejects.toMatchObject({ name: 'AppError' });
    },
  );
});
