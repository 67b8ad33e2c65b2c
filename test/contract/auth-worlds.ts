import { GrpcChannel } from '../../src/kernel/grpc/grpc-channel';
import { AdmissionGrpcClient } from '../../src/modules/auth/client/admission.grpc-client';
import { AuthGrpcClient } from '../../src/modules/auth/client/auth.grpc-client';
import { AdmissionPort } from '../../src/modules/auth/contract/admission.port';
import { AuthPort } from '../../src/modules/auth/contract/auth.port';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN } from '../support/test-core';
import { createTestDatabase } from '../support/test-database';
import { makeTenant } from '../support/two-tenants';
import { type AuthWorld, MAX_AGE_MS, OTHER_AUDIENCE } from './auth.port.suite';

const environment = { AUDIENCES: OTHER_AUDIENCE, CHANGE_FEED_MAX_AGE_MS: String(MAX_AGE_MS) };

/** The port within the process that issues tokens. */
export async function inProcess(): Promise<AuthWorld> {
  const database = await createTestDatabase();
  const core = await openAllCore(database, environment);
  return {
    auth: core.context.get(AuthPort),
    admissions: core.context.get(AdmissionPort),
    issuer: core,
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

/** This process issues tokens, and a separate process validates them. */
export interface RemoteWorld extends AuthWorld {
  readonly address: string;
  /** Stops the sidecar's process. */
  readonly endServer: () => Promise<void>;
}

/** The installation issues tokens in one core. A sidecar with a separate core validates them over gRPC. */
export async function remote(): Promise<RemoteWorld> {
  const database = await createTestDatabase();
  const issuer = await openAllCore(database, environment);
  const judge = await openSidecarCore(database, environment);
  const surface = await openSidecarSurface(judge);
  const channel = new GrpcChannel({ address: surface.address, serviceToken: SERVICE_TOKEN, serviceName: 'contract' });
  let ended: Promise<void> | null = null;
  const endServer = (): Promise<void> => (ended ??= surface.close());
  return {
    auth: new AuthGrpcClient(channel),
    admissions: new AdmissionGrpcClient(channel),
    address: surface.address,
    issuer,
    judge,
    a: await makeTenant(issuer, 'a'),
    b: await makeTenant(issuer, 'b'),
    adminUrl: database.adminUrl,
    endServer,
    async close() {
      channel.close();
      await endServer();
      await judge.close();
      await issuer.close();
      await database.drop();
    },
  };
}
