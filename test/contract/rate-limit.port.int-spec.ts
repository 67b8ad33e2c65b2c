import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { RateLimitGrpcClient } from '../../src/modules/rate-limit/client/rate-limit.grpc-client';
import { RateLimitPort } from '../../src/modules/rate-limit/contract/rate-limit.port';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { rateLimitPortSuite, type RateLimitWorld } from './rate-limit.port.suite';

/** Longer than any call on a busy machine: a fallback to a share would change the response. */
const environment = { RATE_LIMIT_STORE_TIMEOUT_MS: '10000' };

async function inProcess(): Promise<RateLimitWorld> {
  const database = await createTestDatabase();
  const host = await openAllCore(database);
  return {
    limits: host.context.get(RateLimitPort),
    host,
    database,
    async close() {
      await host.close();
      await database.drop();
    },
  };
}

interface RemoteWorld extends RateLimitWorld {
  /** The same sidecar, called with a different service token. */
  readonly asStranger: (serviceToken: string | null) => RateLimitPort;
}

async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const host = await openSidecarCore(database, environment);
  const surface = await openSidecarSurface(host);
  const channels: GrpcChannel[] = [];
  const asStranger = (serviceToken: string | null): RateLimitPort => {
    const channel = new GrpcChannel({ address: surface.address, serviceToken, serviceName: 'contract' });
    channels.push(channel);
    return new RateLimitGrpcClient(channel);
  };
  return {
    limits: asStranger(SERVICE_TOKEN),
    asStranger,
    host,
    database,
    async close() {
      for (const channel of channels) channel.close();
      await surface.close();
      await host.close();
      await database.drop();
    },
  };
}

rateLimitPortSuite('in process', inProcess);
rateLimitPortSuite('over gRPC, counted in PostgreSQL', remote);

describe('RateLimitPort over gRPC only', () => {
  let world: RemoteWorld;
  const tenantId = newId('tnt');
  const query = { tenantId, key: 'k', limit: null, windowSeconds: null, cost: 1, route: null };

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it.each([null, '', 'another-token-entirely'])('does not make a decision with service token %j', async (token) => {
    const stranger = world.asStranger(token);
    const context = systemContext(newId('req'), tenantId);
    for (const asked of [stranger.check(context, query), stranger.reset(context, tenantId, 'k')]) {
      await expect(asked).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
    }
  });
});
