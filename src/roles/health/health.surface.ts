import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Readiness } from '../../kernel/health/readiness';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import type { Logger } from '../../kernel/telemetry/logger';
import { HealthzController } from '../http/healthz.controller';
import { ReadyzController } from '../http/readyz.controller';

@Module({})
class HealthSurfaceModule {}

/** Creates `/healthz`, `/readyz` and `/metrics` for a process in any role. They start before everything else. */
export function createHealthSurface(readiness: Readiness, logger: Logger): Promise<RestSurface> {
  const module = {
    module: HealthSurfaceModule,
    imports: [
      TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' }),
      PrometheusModule.register({ path: '/metrics', defaultMetrics: { enabled: true } }),
    ],
    controllers: [HealthzController, ReadyzController],
    providers: [{ provide: Readiness, useValue: readiness }],
  };
  return createRestSurface(module, {
    name: 'health',
    logger,
    isHttps: false,
    trustedProxies: new Set(),
    front: [],
    isUrgent: true,
    guards: [],
    interceptors: [],
  });
}
