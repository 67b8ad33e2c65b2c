import { systemContext } from '../../src/kernel/context/call-context';
import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { newId } from '../../src/kernel/ids/ids';
import { AuditGrpcClient } from '../../src/modules/audit/client/audit.grpc-client';
import { AuditPort } from '../../src/modules/audit/contract/audit.port';
import { auditEvent } from '../../src/modules/audit/contract/audit.types';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { auditPortSuite, type AuditWorld, STATEMENT_TIMEOUT_MS } from './audit.port.suite';

const environment = { DATABASE_STATEMENT_TIMEOUT_MS: String(STATEMENT_TIMEOUT_MS) };

async function inProcess(): Promise<AuditWorld> {
  const database = await createTestDatabase();
  const host = await openAllCore(database, environment);
  return {
    audit: host.context.get(AuditPort),
    host,
    database,
    async close() {
      await host.close();
      await database.drop();
    },
  };
}

interface RemoteWorld extends AuditWorld {
  /** The same sidecar, called with a different service token. */
  readonly asStranger: (serviceToken: string | null) => AuditPort;
}

async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const host = await openSidecarCore(database, environment);
  const surface = await openSidecarSurface(host);
  const channels: GrpcChannel[] = [];
  const asStranger = (serviceToken: string | null): AuditPort => {
    const channel = new GrpcChannel({ address: surface.address, serviceToken, serviceName: 'contract' });
    channels.push(channel);
    return new AuditGrpcClient(channel);
  };
  return {
    audit: asStranger(SERVICE_TOKEN),
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

auditPortSuite('in process', inProcess);
auditPortSuite('over gRPC', remote);

describe('AuditPort over gRPC only', () => {
  let world: RemoteWorld;
  const context = systemContext(newId('req'), newId('tnt'));

  beforeAll(async () => {
    world = await remote();
  });

  afterAll(async () => {
    await world.close();
  });

  it.each([null, '', 'another-token-entirely'])(
    'does not accept anything from a caller with the service token %j',
    async (token) => {
      const stranger = world.asStranger(token);
      const event = auditEvent(
        context,
        { id: newId('aud'), action: 'x', resourceType: 'x', resourceId: 'x' },
        Date.now(),
      );
      await expect(stranger.record(context, event)).rejects.toMatchObject({ name: 'AppError' });
      await expect(stranger.deliver(context, event.tenantId, event.id)).rejects.toMatchObject({ name: 'AppError' });
      await expect(stranger.assertWritable(context)).rejects.toMatchObject({ name: 'AppError' });
    },
  );
});
