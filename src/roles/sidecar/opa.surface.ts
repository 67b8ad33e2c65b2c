import type { INestApplicationContext } from '@nestjs/common';
import { surfaceModule } from '../../kernel/composition/surface-module';
import type { GrpcConfig } from '../../kernel/grpc/grpc.config';
import { ServiceCallers } from '../../kernel/grpc/service-caller';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import type { Logger } from '../../kernel/telemetry/logger';
import { telemetryConfig, type TelemetryConfig } from '../../kernel/telemetry/telemetry.config';
import { controllersOf } from '../hosting';

/** Serves OPA's REST API only to services on this machine: it speaks plain HTTP, and requires only the service token. */
export async function createOpaSurface(
  core: INestApplicationContext,
  { logger, grpc }: { readonly logger: Logger; readonly grpc: GrpcConfig },
): Promise<RestSurface> {
  const module = surfaceModule(core, await controllersOf('opa'), {
    values: [{ provide: ServiceCallers, useValue: new ServiceCallers(grpc) }],
  });
  return createRestSurface(module, {
    name: 'opa',
    logger,
    requestLog: core.get<TelemetryConfig>(telemetryConfig.token).REQUEST_LOG,
    isHttps: false,
    trustedProxies: new Set(),
    front: [],
    isUrgent: true,
    guards: [],
    interceptors: [],
  });
}
