import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { getToken } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { TenantNames } from '../../kernel/context/tenant-names';
import { decisionGate } from '../../kernel/grpc/decision-gate';
import { GrpcErrorFilter } from '../../kernel/grpc/grpc-error-filter';
import { loadPackageDefinition } from '../../kernel/grpc/package-definition';
import { ServerStreams } from '../../kernel/grpc/server-streams';
import { ServiceCallers } from '../../kernel/grpc/service-caller';
import type { GrpcConfig } from '../../kernel/grpc/grpc.config';
import { NestLogger } from '../../kernel/telemetry/nest-logger';
import { AuditHealth } from '../../modules/audit/audit-health';
import { controllersOf } from '../hosting';
import { surfaceModule } from '../../kernel/composition/surface-module';
import { drainServer } from '../../kernel/grpc/server/drain-server';
import { addHealth, PreparedServerTransport, newGrpcServer } from '../../kernel/grpc/server/grpc-server';
import { listenAt, type ListenOptions } from '../../kernel/grpc/server/listen-at';

export interface SidecarSurfaceOptions extends Omit<ListenOptions, 'metrics'> {
  readonly grpc: GrpcConfig;
  readonly reflection: boolean;
  /** The tenants to which services are bound, by the names in their certificates. */
  readonly tenantsOfServices: ReadonlyMap<string, readonly string[]>;
}

export interface SidecarSurface {
  /** Drains and closes the server; see `drainServer`. */
  close(): Promise<void>;
}

/** Creates the gRPC surface on loopback. It exposes every service of the contract; services without a controller return UNIMPLEMENTED. */
export async function createSidecarSurface(
  core: INestApplicationContext,
  options: SidecarSurfaceOptions,
): Promise<SidecarSurface> {
  const streams = new ServerStreams(core.get(TenantNames), core.get(getToken('coresdk_grpc_open_streams')));
  const module = surfaceModule(core, await controllersOf('grpc'), {
    values: [
      { provide: ServiceCallers, useValue: new ServiceCallers(options.grpc, options.tenantsOfServices) },
      { provide: ServerStreams, useValue: streams },
    ],
  });
  const server = newGrpcServer();
  const definition = loadPackageDefinition({ legacyClients: options.grpc.CORESDK_LEGACY_CLIENTS });
  const transport = { package: ['coresdk.v1', 'cpod.internal.v1'], packageDefinition: definition };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy: new PreparedServerTransport(server, transport),
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new GrpcErrorFilter(options.logger));
  const serving = addHealth(server, definition, options.reflection);
  const audit = core.get(AuditHealth);
  decisionGate.watch(() => audit.closes());
  await app.listen();
  const metrics = {
    messagesNotTaken: core.get<Counter<'reason'>>(getToken('coresdk_grpc_messages_not_taken_total')),
    failedHandshakes: core.get<Counter>(getToken('coresdk_tls_failed_handshakes_total')),
  };
  const listeners = await listenAt({ ...options, metrics }, server);
  serving.set(true);
  return {
    async close() {
      await drainServer(server, listeners, serving, streams);
      await app.close();
    },
  };
}
