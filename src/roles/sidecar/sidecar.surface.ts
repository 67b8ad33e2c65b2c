import type { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { type INestApplicationContext, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GrpcOptions, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { TenantNames } from '../../kernel/context/tenant-names';
import { GrpcErrorFilter } from '../../kernel/grpc/grpc-error-filter';
import { loadPackageDefinition } from '../../kernel/grpc/package-definition';
import { ServiceCallers } from '../../kernel/grpc/service-caller';
import type { GrpcConfig } from '../../kernel/grpc/grpc.config';
import type { Logger } from '../../kernel/telemetry/logger';
import { NestLogger } from '../../kernel/telemetry/nest-logger';
import { Clock } from '../../kernel/time/clock';
import { AgentsPort } from '../../modules/agents/contract/agents.port';
import { AgentsGrpcController } from '../../modules/agents/grpc/agents.grpc.controller';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { AuditGrpcController } from '../../modules/audit/grpc/audit.grpc.controller';
import { AuditInternalController } from '../../modules/audit/grpc/audit.internal.controller';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { AuthGrpcController } from '../../modules/auth/grpc/auth.grpc.controller';
import { FlagsPort } from '../../modules/flags/contract/flags.port';
import { FlagsGrpcController } from '../../modules/flags/grpc/flags.grpc.controller';
import { FlagsInternalController } from '../../modules/flags/grpc/flags.internal.controller';
import { EgressPort } from '../../modules/gates/contract/egress.port';
import { EgressGrpcController } from '../../modules/gates/grpc/egress.grpc.controller';
import { MaskingPort } from '../../modules/masking/contract/masking.port';
import { MaskingGrpcController } from '../../modules/masking/grpc/masking.grpc.controller';
import { MaskingInternalController } from '../../modules/masking/grpc/masking.internal.controller';
import { RefreshPort } from '../../modules/oauth/contract/refresh.port';
import { RefreshGrpcController } from '../../modules/oauth/grpc/refresh.grpc.controller';
import { PlatformContextPort } from '../../modules/platform-context/contract/platform-context.port';
import { PlatformContextGrpcController } from '../../modules/platform-context/grpc/platform-context.grpc.controller';
import { PolicyPort } from '../../modules/policy/contract/policy.port';
import { PolicyGrpcController } from '../../modules/policy/grpc/policy.grpc.controller';
import { CountingRateLimitPort, RateLimitPort } from '../../modules/rate-limit/contract/rate-limit.port';
import { RateLimitGrpcController } from '../../modules/rate-limit/grpc/rate-limit.grpc.controller';
import { RateLimitInternalController } from '../../modules/rate-limit/grpc/rate-limit.internal.controller';
import { SecretStorePort } from '../../modules/secrets/contract/secret-store.port';
import { SecretsPort } from '../../modules/secrets/contract/secrets.port';
import { SecretIdentities } from '../../modules/secrets/grpc/secret-identity';
import { SecretsGrpcController } from '../../modules/secrets/grpc/secrets.grpc.controller';
import { SecretsInternalController } from '../../modules/secrets/grpc/secrets.internal.controller';
import { lend } from '../lend';
import { type BoundServer, finishServer } from './grpc-server';

@Module({})
class SidecarSurfaceModule {}

/** The ports of the core that this surface's controllers are given. */
const LENT = [
  AuthPort,
  AgentsPort,
  RefreshPort,
  PlatformContextPort,
  MaskingPort,
  PolicyPort,
  FlagsPort,
  AuditPort,
  RateLimitPort,
  CountingRateLimitPort,
  SecretStorePort,
  SecretsPort,
  EgressPort,
  TenantNames,
  Clock,
];

/** Beyond it grpc-js answers with an error, which public clients take for an outage: so far above any message or token. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export interface SidecarSurfaceOptions {
  readonly logger: Logger;
  readonly grpc: GrpcConfig;
  /** `host:port` to listen on; the first one must bind. */
  readonly addresses: readonly [string, ...string[]];
  readonly reflection: boolean;
}

export interface SidecarSurface {
  readonly app: INestMicroservice;
  readonly server: BoundServer;
}

/** The gRPC surface on loopback: every service of the contract is known, those without a controller are UNIMPLEMENTED. */
export async function createSidecarSurface(
  core: INestApplicationContext,
  options: SidecarSurfaceOptions,
): Promise<SidecarSurface> {
  const module = {
    module: SidecarSurfaceModule,
    controllers: [
      AuthGrpcController,
      AgentsGrpcController,
      RefreshGrpcController,
      PlatformContextGrpcController,
      PolicyGrpcController,
      FlagsGrpcController,
      FlagsInternalController,
      AuditGrpcController,
      AuditInternalController,
      MaskingGrpcController,
      MaskingInternalController,
      RateLimitGrpcController,
      RateLimitInternalController,
      SecretsGrpcController,
      SecretsInternalController,
      EgressGrpcController,
    ],
    providers: [
      ...LENT.map((port) => ({ provide: port, useValue: lend(core.get<object>(port)) })),
      { provide: ServiceCallers, useValue: new ServiceCallers(options.grpc) },
      SecretIdentities,
    ],
  };
  const [first, ...others] = options.addresses;
  let server: BoundServer | undefined;
  const transport: GrpcOptions = {
    transport: Transport.GRPC,
    options: {
      package: ['coresdk.v1', 'cpod.internal.v1'],
      packageDefinition: loadPackageDefinition({ legacyClients: options.grpc.CORESDK_LEGACY_CLIENTS }),
      url: first,
      gracefulShutdown: true,
      maxReceiveMessageLength: MAX_MESSAGE_BYTES,
      onLoadPackageDefinition: (definition: PackageDefinition, grpcServer: Server) => {
        server = finishServer(definition, grpcServer, {
          others,
          reflection: options.reflection,
          logger: options.logger,
        });
      },
    },
  };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    ...transport,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new GrpcErrorFilter(options.logger));
  await app.listen();
  if (!server) throw new Error('The gRPC server was not made.');
  await server.bindOthers();
  return { app, server };
}
