import { type INestApplicationContext, Module } from '@nestjs/common';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import type { Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { AuthorizeBackendController } from '../../modules/auth/rest/authorize.backend.controller';
import { ProjectsPort } from '../../modules/projects/contract/projects.port';
import { ProjectsBackendController } from '../../modules/projects/rest/projects.backend.controller';
import { AuditInterceptor } from '../http/audit.interceptor';
import type { ControlPlaneHop } from '../http/control-plane-hop';
import { HealthzController } from '../http/healthz.controller';
import { lend } from '../lend';
import { isBackendOauthPath, oauthProxy } from './oauth-proxy';
import { PipelineGuard } from './pipeline.guard';

@Module({})
class BackendSurfaceModule {}

/** The ports of the core that this surface's controllers are given. */
const LENT = [AuthPort, ProjectsPort];

/** The controllers of this surface; OAuth and app management are not among them, they are the control plane's. */
export const BACKEND_CONTROLLERS = [AuthorizeBackendController, ProjectsBackendController, HealthzController];

export interface BackendSurfaceOptions {
  readonly logger: Logger;
  readonly controlPlane: ControlPlaneHop;
  readonly trustedProxies: ReadonlySet<string>;
}

/** The public REST surface: OAuth by proxy, and the platform APIs through the pipeline. */
export function createBackendSurface(
  core: INestApplicationContext,
  options: BackendSurfaceOptions,
): Promise<RestSurface> {
  const audit = core.get(AuditPort);
  const clock = core.get(Clock);
  const module = {
    module: BackendSurfaceModule,
    controllers: BACKEND_CONTROLLERS,
    providers: LENT.map((port) => ({ provide: port, useValue: lend(core.get<object>(port)) })),
  };
  return createRestSurface(module, {
    name: 'backend',
    logger: options.logger,
    isOauthPath: isBackendOauthPath,
    trustedProxies: options.trustedProxies,
    front: [oauthProxy(options.controlPlane)],
    guards: [new PipelineGuard(core.get(AuthPort), audit, clock)],
    interceptors: [new AuditInterceptor(audit, clock, options.logger)],
  });
}
