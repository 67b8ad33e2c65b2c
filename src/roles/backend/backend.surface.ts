import type { INestApplicationContext, Type } from '@nestjs/common';
import { getToken } from '@willsoto/nestjs-prometheus';
import { OpenStreams } from '../../kernel/http/streams/open-streams';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import { SignedCalls } from '../../kernel/http/callers/signed-calls';
import type { AddressSet } from '../../kernel/http/callers/trusted-proxies';
import { limitsConfig, type LimitsConfig } from '../../kernel/limits/limits.config';
import { PageSettings } from '../../kernel/pages/page-settings';
import { Sealer } from '../../kernel/sealing/sealer';
import type { Logger } from '../../kernel/telemetry/logger';
import { telemetryConfig, type TelemetryConfig } from '../../kernel/telemetry/telemetry.config';
import { Clock } from '../../kernel/time/clock';
import { auditConfig, type AuditConfig } from '../../modules/audit/audit.config';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { AdmissionPort } from '../../modules/auth/contract/admission.port';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { FileProjectsPort } from '../../modules/files/contract/file-projects.port';
import { eventsConfig, type EventsConfig } from '../../modules/events/events.config';
import { oauthConfig, type OauthConfig } from '../../modules/oauth/oauth.config';
import { ProjectAccessPort } from '../../modules/projects/contract/project-access.port';
import { RateLimitPort } from '../../modules/rate-limit/contract/rate-limit.port';
import { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import { AllowedOrigins } from '../http/allowed-origins';
import { AuditInterceptor } from '../http/audit.interceptor';
import type { ControlPlaneForwarder } from '../http/control-plane-forwarder';
import { controlPlaneProxy } from '../http/control-plane-proxy';
import { declaredEntryLimits } from '../http/entry-limits';
import { showsApiKey } from '../http/api-key-header';
import { ApiDocument } from '../http/docs/api-document';
import { DocsController } from '../http/docs/docs.controller';
import { DocsSite } from '../http/docs/docs-site';
import { DocsSiteController } from '../http/docs/docs-site.controller';
import { Denials, UNAUTHENTICATED_REQUESTS } from '../http/denials';
import { EntryRefusals } from '../http/entry-refusals';
import { limitedBodies } from '../http/body-gate';
import { FailureGate } from '../http/failure-gate';
import { HealthzController } from '../http/healthz.controller';
import { ReadAggregates } from '../http/read-aggregates';
import { controllersOf, proxiedControllers } from '../hosting';
import { surfaceModule } from '../../kernel/composition/surface-module';
import { PipelineGuard } from './pipeline.guard';
import { RequestLimits } from './request-limits';

export interface BackendSurfaceOptions {
  readonly logger: Logger;
  readonly controlPlane: ControlPlaneForwarder;
  readonly trustedProxies: AddressSet;
}

/** The controllers of this surface, except the controllers of the control plane (OAuth and app management). */
export async function backendControllers(): Promise<readonly Type[]> {
  return [...(await controllersOf('public')), DocsController, DocsSiteController, HealthzController];
}

/** Creates the public REST surface: it forwards OAuth requests, and runs requests to the platform APIs through the pipeline. */
export async function createBackendSurface(
  core: INestApplicationContext,
  options: BackendSurfaceOptions,
): Promise<RestSurface> {
  const audit = core.get(AuditPort);
  const clock = core.get(Clock);
  const limits = core.get<LimitsConfig>(limitsConfig.token);
  const refusals = new EntryRefusals(audit, clock);
  const requestLimits = new RequestLimits(core.get(RateLimitPort), audit, clock, options.logger);
  const apiKeys = new FailureGate(limits, refusals);
  const { ISSUER_URL } = core.get<OauthConfig>(oauthConfig.token);
  const { AUDIT_READ_AGGREGATE_SECONDS } = core.get<AuditConfig>(auditConfig.token);
  const aggregates = new ReadAggregates(audit, options.logger, AUDIT_READ_AGGREGATE_SECONDS);
  const pageSettings = new PageSettings(ISSUER_URL, core.get(Sealer).deriveKey('console pages'), options.logger);
  const module = surfaceModule(core, await backendControllers(), {
    values: [
      { provide: PageSettings, useValue: pageSettings },
      { provide: ApiDocument, useValue: new ApiDocument('backend') },
      { provide: DocsSite, useValue: DocsSite.ofInstallation() },
      {
        provide: OpenStreams,
        useValue: new OpenStreams({
          perCaller: limits.LIMIT_STREAMS_PER_CALLER,
          perTenant: core.get<EventsConfig>(eventsConfig.token).EVENTS_STREAMS_PER_TENANT,
        }),
      },
    ],
  });
  const origins = AllowedOrigins.of(core);
  const surface = await createRestSurface(module, {
    name: 'backend',
    logger: options.logger,
    requestLog: core.get<TelemetryConfig>(telemetryConfig.token).REQUEST_LOG,
    isHttps: ISSUER_URL.startsWith('https:'),
    trustedProxies: options.trustedProxies,
    origins,
    // The control plane has its own limits. Only this surface knows the caller's address if the control plane sees only the address of this
    // process.
    front: [
      declaredEntryLimits(limits, refusals),
      (front) => showsApiKey(front) && apiKeys.watch(front),
      limitedBodies(limits, refusals),
      controlPlaneProxy(options.controlPlane, origins.own),
    ],
    proxied: await proxiedControllers(),
    guards: [
      new PipelineGuard(
        core.get(AdmissionPort),
        core.get(AuthPort),
        core.get(ProjectAccessPort),
        requestLimits,
        new Denials(audit, clock, limits, core.get(getToken(UNAUTHENTICATED_REQUESTS))),
        clock,
        core.get(SignedCalls),
        core.get(FileProjectsPort),
        core.get(RevocationsPort),
        origins,
        ISSUER_URL,
      ),
    ],
    interceptors: [new AuditInterceptor(audit, clock, options.logger, aggregates)],
  });
  aggregates.start();
  // The aggregates close after the last response, while the log can still be written.
  return { ...surface, close: () => surface.close().finally(() => aggregates.close()) };
}
