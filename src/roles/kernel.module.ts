import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ChangeFeed } from '../kernel/changes/change-feed';
import { ConfigModule } from '../kernel/config/config.module';
import { DatabaseModule } from '../kernel/database/database.module';
import type { Certificates } from '../kernel/grpc/certificates';
import { GrpcChannel } from '../kernel/grpc/grpc-channel';
import { jsonGate } from '../kernel/http/json-gate';
import { WritesModule } from '../kernel/idempotency/writes.module';
import { SealingModule } from '../kernel/sealing/sealing.module';
import { LOGGER, type Logger } from '../kernel/telemetry/logger';
import { DocumentWorkers } from '../kernel/threads/document-workers';
import { SlowWork } from '../kernel/threads/slow-work';
import { TenantTurns, tenantTurns } from '../kernel/threads/tenant-turns';
import { Clock, SystemClock } from '../kernel/time/clock';
import type { Role } from './role.config';
import { providedConfigs, type Settings } from './settings';
import type { Store } from './store';

/** What the core of a role is built from. */
export interface CoreParts {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly store: Store;
  /** `null` without TLS between services. */
  readonly certificates: Certificates | null;
}

/** Roles that have ports of a sidecar in another process. */
const ASKS_A_SIDECAR: ReadonlySet<Role> = new Set(['backend', 'worker']);

/** The kernel's services, for every module of a core. */
@Module({})
export class KernelModule {
  static provide({ settings, logger, store, certificates }: CoreParts): DynamicModule {
    const { CORESDK_SIDECAR_ADDR, CORESDK_SERVICE_TOKEN } = settings.grpc;
    const applicationName = `coresdk-${settings.role.ROLE}`;
    const { CHANGE_FEED_MAX_AGE_MS: maxAgeMs, CLOCK_MAX_OFFSET_MS: maxClockOffsetMs } = settings.changes;
    const feed = new ChangeFeed({ url: store.appUrl, maxAgeMs, maxClockOffsetMs, logger });
    const providers: Provider[] = [
      { provide: LOGGER, useValue: logger },
      { provide: Clock, useClass: SystemClock },
      { provide: ChangeFeed, useValue: feed },
      SlowWork,
      DocumentWorkers,
      {
        provide: TenantTurns,
        inject: [SlowWork],
        useFactory: (slowWork: SlowWork) => {
          jsonGate.reportTo(slowWork);
          return tenantTurns.reportTo(slowWork);
        },
      },
    ];
    if (ASKS_A_SIDECAR.has(settings.role.ROLE) && CORESDK_SIDECAR_ADDR !== null) {
      const serviceToken = CORESDK_SERVICE_TOKEN?.reveal() ?? null;
      const options = { address: CORESDK_SIDECAR_ADDR, serviceToken, serviceName: settings.role.ROLE, certificates };
      providers.push({ provide: GrpcChannel, useValue: new GrpcChannel(options) });
    }
    return {
      module: KernelModule,
      global: true,
      imports: [
        ConfigModule.provide(providedConfigs(settings)),
        DatabaseModule.connect({ url: store.appUrl, config: settings.database, applicationName }),
        ...SealingModule.where(settings.sealing),
        ...WritesModule.where(settings.sealing),
      ],
      providers,
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
