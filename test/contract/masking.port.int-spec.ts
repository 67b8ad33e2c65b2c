import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { MaskingGrpcClient } from '../../src/modules/masking/client/masking.grpc-client';
import { MaskingPort } from '../../src/modules/masking/contract/masking.port';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { maskingPortSuite, type MaskingWorld } from './masking.port.suite';

async function inProcess(): Promise<MaskingWorld> {
  const database = await createTestDatabase();
  const host = await openAllCore(database);
  return {
    masking: host.context.get(MaskingPort),
    database,
    async close() {
      await host.close();
      await database.drop();
    },
  };
}

interface RemoteWorld extends MaskingWorld {
  /** The same sidecar, called with a different service token. */
  readonly asStranger: (serviceToken: string | null) => MaskingPort;
}

async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const host = await openSidecarCore(database);
  const surface = await openSidecarSurface(host);
  const channels: GrpcChannel[] = [];
  const asStranger = (serviceToken: string | null): MaskingPort => {
    const channel = new GrpcChannel({ address: surface.address, serviceToken, serviceName: 'contract' });
    channels.push(channel);
    return new MaskingGrpcClient(channel);
  };
  return {
    masking: asStranger(SERVICE_TOKEN),
    asStranger,
    database,
    async close() {
      for (const channel of channels) channel.close();
      await surface.close();
      await host.close();
      await database.drop();
    },
  };
}

maskingPortSuite('in process', inProcess);
maskingPortSuite('over gRPC', remote);

describe('MaskingPort over gRPC only', () => {
  let world: RemoteWorld;

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it.each([null, '', 'another-token-entirely'])(
    'does not detokenize anything for a caller with the service token %j',
    async (token) => {
      const context = systemContext(newId('req'), newId('tnt'));
      await expect(world.asStranger(token).detokenise(context, ['tok_AAAA'])).rejects.toMatchObject({
        name: 'AppError',
      });
    },
  );
});
