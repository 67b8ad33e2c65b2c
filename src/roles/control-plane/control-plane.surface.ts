import { type INestApplicationContext, Scope, type Type } from '@nestjs/common';
import { getToken } from '@willsoto/nestjs-prometheus';
import type { Secret } from '../../kernel/config/secret';
import { TenantNames } from '../../kernel/context/tenant-names';
import { Readiness } from '../../kernel/health/readiness';
import { OpenStreams } from '../../kernel/http/streams/open-streams';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import type { AddressSet } from '../../kernel/http/callers/trusted-proxies';
import { EntryGate } from '../../kernel/limits/entry-gate';
import { limitsConfig, type LimitsConfig } from '../../kernel/limits/limits.config';
import { Sealer } from '../../kernel/sealing/sealer';
import type { Logger } from '../../kernel/telemetry/logger';
import { telemetryConfig, type TelemetryConfig } from '../../kernel/telemetry/telemetry.config';
import { Clock } from '../../kernel/time/clock';
import { ClientsPort } from '../../modules/apps/contract/clients.port';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { oauthConfig, type OauthConfig } from '../../modules/oauth/oauth.config';
import { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import { PageSettings } from '../../kernel/pages/page-settings';
import { AllowedOrigins } from '../http/allowed-origins';
import { AuditInterceptor } from '../http/audit.interceptor';
import { showsApiKey } from '../http/api-key-header';
import { ApiDocument } from '../http/docs/api-document';
import { DocsController } from '../http/docs/docs.controller';
import { DocsSite } from '../http/docs/docs-site';
import { DocsSiteController } from '../http/docs/docs-site.controller';
import { Denials, UNAUTHENTICATED_REQUESTS } from '../http/denials';
import { EntryRefusals } from '../http/entry-refusals';
import { limitedBodies } from '../http/body-gate';
import { declaredEntryLimits } from '../http/entry-limits';
import { FailureGate } from '../http/failure-gate';
import { HealthzController } from '../http/healthz.controller';
import { ReadyzController } from '../http/readyz.controller';
import { controllersOf } from '../hosting';
import { surfaceModule } from '../../kernel/composition/surface-module';
import { AdminGuard } from './admin.guard';
import { HealthController } from './health.controller';

export interface ControlPlaneSurfaceOptions {
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly serviceToken: Secret;
  readonly trustedProxies: AddressSet;
}

/** The controllers of this surface. */
export async function controlPlaneControllers(): Promise<readonly Type[]> {
  const own = [DocsController, DocsSiteController, HealthController, HealthzController, ReadyzController];
  return [...(await controllersOf('internal')), ...own];
}

/** Creates the internal REST surface: the authorization server, and administration with an admin token or the service token. */
export async function createControlPlaneSurface(
  core: INestApplicationContext,
  options: ControlPlaneSurfaceOptions,
): Promise<RestSurface> {
  const audit = core.get(AuditPort);
  const clock = core.get(Clock);
  const limits = core.get<LimitsConfig>(limitsConfig.token);
  const refusals = new EntryRefusals(audit, clock);
  const guard = new AdminGuard(
    options.serviceToken,
    core.get(AccessTokensPort),
    core.get(RevocationsPort),
    core.get(TenantNames),
    new Denials(audit, clock, limits, core.get(getToken(UNAUTHENTICATED_REQUESTS))),
    clock,
    AllowedOrigins.of(core),
    core.get(ClientsPort),
  );
  const { ISSUER_URL } = core.get<OauthConfig>(oauthConfig.token);
  // Limits attempts to guess the service token, an admin token or an API key.
  const credentials = new FailureGate(limits, refusals);
  const pageSettings = new PageSettings(ISSUER_URL, core.get(Sealer).deriveKey('sign-in pages'), options.logger);
  const module = surfaceModule(core, await controlPlaneControllers(), {
    values: [
      { provide: PageSettings, useValue: pageSettings },
      { provide: EntryGate, scope: Scope.TRANSIENT, useFactory: () => new FailureGate(limits, refusals) },
      { provide: ApiDocument, useValue: new ApiDocument('control-plane') },
      { provide: DocsSite, useValue: DocsSite.ofInstallation() },
      { provide: OpenStreams, useValue: new OpenStreams({ perCaller: limits.LIMIT_STREAMS_PER_CALLER }) },
      { provide: Readiness, useValue: options.readiness },
    ],
  });
  return createRestSurface(module, {
    name: 'control-plane',
    logger: options.logger,
    requestLog: core.get<TelemetryConfig>(telemetryConfig.token).REQUEST_LOG,
    isHttps: ISSUER_URL.startsWith('https:'),
    trustedProxies: options.trustedProxies,
    front: [
      declaredEntryLimits(limits, refusals),
      (front) => (front.rules?.isGuarded === true || showsApiKey(front)) && credentials.watch(front),
      limitedBodies(limits, refusals),
    ],
    guards: [guard],
    interceptors: [new AuditInterceptor(audit, clock, options.logger)],
  });
}
