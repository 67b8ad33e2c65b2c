import type { DynamicModule, Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { sealingConfig } from '../kernel/sealing/sealing.config';
import { grpcConfig } from '../kernel/grpc/grpc.config';
import { databaseConfig } from '../kernel/database/database.config';
import { changesConfig } from '../kernel/changes/changes.config';
import { changeFeedProviders } from '../kernel/changes/change-feed.providers';
import { KernelModule } from '../kernel/composition/kernel.module';
import { Installation } from '../kernel/config/installation';
import { DatabaseModule } from '../kernel/database/database.module';
import { Certificates } from '../kernel/grpc/certificates';
import { CertificatesIndicator } from '../kernel/grpc/certificates.indicator';
import { GrpcChannel } from '../kernel/grpc/grpc-channel';
import { GrpcChannelIndicator } from '../kernel/grpc/grpc-channel.indicator';
import { GRPC_SERVER_METRICS } from '../kernel/grpc/server/grpc-server.metrics';
import { jsonGate } from '../kernel/http/body/json-gate';
import { writesProviders } from '../kernel/idempotency/writes.providers';
import { sealingProviders } from '../kernel/sealing/sealing.providers';
import { LOGGER, type Logger } from '../kernel/telemetry/logger';
import { LeasesRepository } from '../kernel/tasks/leases.repository';
import { TASK_METRICS, TaskScheduler } from '../kernel/tasks/task-scheduler';
import { DocumentWorkers } from '../kernel/threads/document-workers';
import { SLOW_WORK_METRICS, SlowWork } from '../kernel/threads/slow-work';
import { TenantScheduler, tenantScheduler } from '../kernel/threads/tenant-scheduler';
import { Clock, SystemClock } from '../kernel/time/clock';
import { installationOf } from './installation-of';
import type { Role } from './role.config';
import { ALL_SECTIONS, type Settings } from './settings';
import type { Store } from './store';

/** The parts from which the core of a role is built. */
export interface CoreParts {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly store: Pick<Store, 'appUrl'>;
  /** `null` without TLS between services. */
  readonly certificates: Certificates | null;
}

/** Roles that use the ports of a sidecar in another process. */
const ASKS_A_SIDECAR: ReadonlySet<Role> = new Set(['backend', 'worker']);

/** Returns the kernel's services for one process, with which `compose` replaces `KernelModule`. */
export function kernelOf(parts: CoreParts): DynamicModule {
  const { settings, logger, store } = parts;
  const { CHANGE_FEED_MAX_AGE_MS: maxAgeMs, CLOCK_MAX_OFFSET_MS: maxClockOffsetMs } = settings.of(changesConfig);
  const database = DatabaseModule.connect({
    url: store.appUrl,
    config: settings.of(databaseConfig),
    applicationName: `coresdk-${settings.role.ROLE}`,
  });
  const health = TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' });
  const providers: Provider[] = [
    ...ALL_SECTIONS.map((section) => ({ provide: section.token, useValue: settings.of(section) })),
    { provide: Installation, useValue: installationOf(settings, store) },
    { provide: LOGGER, useValue: logger },
    { provide: Clock, useClass: SystemClock },
    ...changeFeedProviders({ url: store.appUrl, maxAgeMs, maxClockOffsetMs, logger }),
    LeasesRepository,
    TaskScheduler,
    ...TASK_METRICS,
    SlowWork,
    ...SLOW_WORK_METRICS,
    ...GRPC_SERVER_METRICS,
    DocumentWorkers,
    {
      provide: TenantScheduler,
      inject: [SlowWork],
      useFactory: (slowWork: SlowWork) => {
        jsonGate.reportTo(slowWork);
        return tenantScheduler.reportTo(slowWork);
      },
    },
    ...sidecarChannel(parts),
    ...followedCertificates(parts),
    ...sealingProviders(settings.of(sealingConfig)),
    ...writesProviders(settings.of(sealingConfig)),
  ];
  return {
    module: KernelModule,
    imports: [database, health, DiscoveryModule],
    providers,
    exports: [database, health, ...providers.map((provider) => ('provide' in provider ? provider.provide : provider))],
  };
}

function sidecarChannel({ settings, certificates }: CoreParts): readonly Provider[] {
  const { CORESDK_SIDECAR_ADDR: address, CORESDK_SERVICE_TOKEN: token } = settings.of(grpcConfig);
  const { ROLE: serviceName } = settings.role;
  if (!ASKS_A_SIDECAR.has(serviceName) || address === null) return [];
  const serviceToken = token?.reveal() ?? null;
  const channel = new GrpcChannel({ address, serviceToken, serviceName, certificates });
  return [{ provide: GrpcChannel, useValue: channel }, GrpcChannelIndicator];
}

function followedCertificates({ certificates }: CoreParts): readonly Provider[] {
  return certificates === null ? [] : [{ provide: Certificates, useValue: certificates }, CertificatesIndicator];
}
