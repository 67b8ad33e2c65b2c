import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { SecretStoreGrpcClient } from '../../src/modules/secrets/client/secret-store.grpc-client';
import { SecretsGrpcClient } from '../../src/modules/secrets/client/secrets.grpc-client';
import { resolveOrder } from '../../src/modules/secrets/contract/resolution.types';
import { SecretStorePort } from '../../src/modules/secrets/contract/secret-store.port';
import { SecretsPort } from '../../src/modules/secrets/contract/secrets.port';
import { callFor, clientOf } from '../support/secrets';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { secretsPortSuite, type SecretsWorld } from './secrets.port.suite';

async function inProcess(): Promise<SecretsWorld> {
  const database = await createTestDatabase();
  const admin = await openAllCore(database);
  return {
    store: admin.context.get(SecretStorePort),
    secrets: admin.context.get(SecretsPort),
    admin,
    database,
    async close() {
      await admin.close();
      await database.drop();
    },
  };
}

interface RemoteWorld extends SecretsWorld {
  /** The same sidecar, called with a different service token. */
  readonly asStranger: (serviceToken: string | null) => GrpcChannel;
}

async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const admin = await openAllCore(database);
  const host = await openSidecarCore(database);
  const surface = await openSidecarSurface(host);
  const channels: GrpcChannel[] = [];
  const asStranger = (serviceToken: string | null): GrpcChannel => {
    const channel = new GrpcChannel({ address: surface.address, serviceToken, serviceName: 'contract' });
    channels.push(channel);
    return channel;
  };
  const channel = asStranger(SERVICE_TOKEN);
  // The sidecar has received the administrative changes before the first request.
  const secrets = new SecretsGrpcClient(channel);
  return {
    store: new SecretStoreGrpcClient(channel),
    secrets: {
      async resolve(...asked) {
        await host.feed.catchUp();
        return secrets.resolve(...asked);
      },
    },
    asStranger,
    admin,
    database,
    async close() {
      for (const opened of channels) opened.close();
      await surface.close();
      await host.close();
      await admin.close();
      await database.drop();
    },
  };
}

secretsPortSuite('in process', inProcess);
secretsPortSuite('over gRPC', remote);

describe('the secrets ports over gRPC only', () => {
  let world: RemoteWorld;

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it.each([null, '', 'another-token-entirely'])('refuse a caller with the service token %j', async (token) => {
    const channel = world.asStranger(token);
    const order = resolveOrder.parse({ refs: [{ name: 'X' }] });
    const asked = new SecretsGrpcClient(channel).resolve(callFor('tnt-x'), clientOf('app-x'), order);
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    const listed = new SecretStoreGrpcClient(channel).list(callFor('tnt-x'), { limit: 1 });
    await expect(listed).rejects.toMatchObject({ code: 'unavailable' });
  });
});
