import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { TenantNames } from '../../kernel/context/tenant-names';
import { decisionGate } from '../../kernel/grpc/decision-gate';
import { GrpcErrorFilter } from '../../kernel/grpc/grpc-error-filter';
import { loadPackageDefinition } from '../../kernel/grpc/package-definition';
import { ServerStreams } from '../../kernel/grpc/server-streams';
import { ServiceCallers } from '../../kernel/grpc/service-caller';
import type { GrpcConfig } from '../../kernel/grpc/grpc.config';
import { NestLogger } from '../../kernel/telemetry/nest-logger';
import { Clock } from '../../kernel/time/clock';
import { AgentsPort } from '../../modules/agents/contract/agents.port';
import { AgentsGrpcController } from '../../modules/agents/grpc/agents.grpc.controller';
import { AuditHealth } from '../../modules/audit/audit-health';
import { AuditInclusionPort } from '../../modules/audit/contract/audit-proofs.port';
import { AuditQueryPort } from '../../modules/audit/contract/audit-query.port';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { ValueMask } from '../../modules/audit/contract/value-mask';
import { AuditGrpcController } from '../../modules/audit/grpc/audit.grpc.controller';
import { AuditQueryGrpcController } from '../../modules/audit/grpc/audit-query.grpc.controller';
import { AuditInternalController } from '../../modules/audit/grpc/audit.internal.controller';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { AuthGrpcController } from '../../modules/auth/grpc/auth.grpc.controller';
import { AuthInternalController } from '../../modules/auth/grpc/auth.internal.controller';
import { TenantConfigPort } from '../../modules/config/contract/config.port';
import { ConfigGrpcController } from '../../modules/config/grpc/config.grpc.controller';
import { EntitlementsPort } from '../../modules/entitlements/contract/entitlements.port';
import { LicenseGrpcController } from '../../modules/entitlements/grpc/license.grpc.controller';
import { TenantGrpcController } from '../../modules/auth/grpc/tenant.grpc.controller';
import { FlagsPort } from '../../modules/flags/contract/flags.port';
import { FlagsGrpcController } from '../../modules/flags/grpc/flags.grpc.controller';
import { FlagsInternalController } from '../../modules/flags/grpc/flags.internal.controller';
import { EgressPort } from '../../modules/gates/contract/egress.port';
import { GatesPort } from '../../modules/gates/contract/gates.port';
import { EgressGrpcController } from '../../modules/gates/grpc/egress.grpc.controller';
import { EgressInternalController } from '../../modules/gates/grpc/egress.internal.controller';
import { GatesGrpcController } from '../../modules/gates/grpc/gates.grpc.controller';
import { JobLogsPort } from '../../modules/jobs/contract/job-logs.port';
import { JobOutputsPort } from '../../modules/jobs/contract/job-outputs.port';
import { JobsPort } from '../../modules/jobs/contract/jobs.port';
import { JobsGrpcController } from '../../modules/jobs/grpc/jobs.grpc.controller';
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
import { SamlPort } from '../../modules/saml/contract/saml.port';
import { SamlGrpcController } from '../../modules/saml/grpc/saml.grpc.controller';
import { SecretStorePort } from '../../modules/secrets/contract/secret-store.port';
import { SecretsPort } from '../../modules/secrets/contract/secrets.port';
import { SecretIdentities } from '../../modules/secrets/grpc/secret-identity';
import { SecretsGrpcController } from '../../modules/secrets/grpc/secrets.grpc.controller';
import { SecretsInternalController } from '../../modules/secrets/grpc/secrets.internal.controller';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import { lend } from '../lend';
import { MaskedValues } from '../value-mask';
import { drainServer } from './drain-server';
import { addHealth, GivenServerTransport, newGrpcServer } from './grpc-server';
import { listenAt, type ListenOptions } from './listen-at';

@Module({})
class SidecarSurfaceModule {}

/** The ports of the core that this surface's controllers are given. */
const LENT = [
  AuthPort,
  AgentsPort,
  RefreshPort,
  PlatformContextPort,
  SamlPort,
  TenantsPort,
  MaskingPort,
  PolicyPort,
  FlagsPort,
  TenantConfigPort,
  EntitlementsPort,
  AuditQueryPort,
  AuditPort,
  AuditInclusionPort,
  RateLimitPort,
  CountingRateLimitPort,
  SecretStorePort,
  SecretsPort,
  EgressPort,
  GatesPort,
  JobsPort,
  JobLogsPort,
  JobOutputsPort,
  TenantNames,
  Clock,
];

export interface SidecarSurfaceOptions extends ListenOptions {
  readonly grpc: GrpcConfig;
  readonly reflection: boolean;
  /** Tenants that services are bound to, by the names in their certificates. */
  readonly tenantsOfServices: ReadonlyMap<string, readonly string[]>;
}

export interface SidecarSurface {
  /** Drains and closes; see `drainServer`. */
  close(): Promise<void>;
}

/** The gRPC surface on loopback: every service of the contract is known, those without a controller are UNIMPLEMENTED. */
export async function createSidecarSurface(
  core: INestApplicationContext,
  options: SidecarSurfaceOptions,
): Promise<SidecarSurface> {
  const streams = new ServerStreams(core.get(TenantNames));
  const module = {
    module: SidecarSurfaceModule,
    controllers: [
      AuthGrpcController,
      AuthInternalController,
      AgentsGrpcController,
      RefreshGrpcController,
      PlatformContextGrpcController,
      SamlGrpcController,
      TenantGrpcController,
      PolicyGrpcController,
      FlagsGrpcController,
      FlagsInternalController,
      ConfigGrpcController,
      LicenseGrpcController,
      AuditGrpcController,
      AuditQueryGrpcController,
      AuditInternalController,
      MaskingGrpcController,
      MaskingInternalController,
      RateLimitGrpcController,
      RateLimitInternalController,
      SecretsGrpcController,
      SecretsInternalController,
      EgressGrpcController,
      EgressInternalController,
      GatesGrpcController,
      JobsGrpcController,
    ],
    providers: [
      ...LENT.map((port) => ({ provide: port, useValue: lend(core.get<object>(port)) })),
      { provide: ServiceCallers, useValue: new ServiceCallers(options.grpc, options.tenantsOfServices) },
      { provide: ValueMask, useValue: new MaskedValues(core.get(MaskingPort)) },
      { provide: ServerStreams, useValue: streams },
      SecretIdentities,
    ],
  };
  const server = newGrpcServer();
  const definition = loadPackageDefinition({ legacyClients: options.grpc.CORESDK_LEGACY_CLIENTS });
  const transport = { package: ['coresdk.v1', 'cpod.internal.v1'], packageDefinition: definition };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy: new GivenServerTransport(server, transport),
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new GrpcErrorFilter(options.logger));
  const serving = addHealth(server, definition, options.reflection);
  const audit = core.get(AuditHealth);
  decisionGate.watch(() => audit.closes());
  await app.listen();
  const listeners = await listenAt(options, server);
  serving.set(true);
  return {
    async close() {
      await drainServer(server, listeners, serving, streams);
      await app.close();
    },
  };
}
