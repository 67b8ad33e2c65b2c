import { type INestApplicationContext, Module } from '@nestjs/common';
import { OpenStreams } from '../../kernel/http/open-streams';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import { SignedCalls } from '../../kernel/http/signed-calls';
import type { AddressSet } from '../../kernel/http/trusted-proxies';
import { limitsConfig, type LimitsConfig } from '../../kernel/limits/limits.config';
import { PageSettings } from '../../kernel/pages/page-settings';
import { Sealer } from '../../kernel/sealing/sealer';
import type { Logger } from '../../kernel/telemetry/logger';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { Clock } from '../../kernel/time/clock';
import { AuditInclusionPort } from '../../modules/audit/contract/audit-proofs.port';
import { ValueMask } from '../../modules/audit/contract/value-mask';
import { CustomEventsBackendController } from '../../modules/audit/rest/custom-events.backend.controller';
import { AuditProofsBackendController } from '../../modules/audit/rest/audit-proofs.backend.controller';
import { AuditQueryPort } from '../../modules/audit/contract/audit-query.port';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { AuditBackendController } from '../../modules/audit/rest/audit.backend.controller';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { AuthorizeBackendController } from '../../modules/auth/rest/authorize.backend.controller';
import { FileProjectsPort } from '../../modules/files/contract/file-projects.port';
import { FilesPort } from '../../modules/files/contract/files.port';
import { KeptObjectsPort } from '../../modules/files/contract/kept-objects.port';
import { ResumableUploadsPort } from '../../modules/files/contract/resumable-uploads.port';
import { SignedUrlsPort } from '../../modules/files/contract/signed-urls.port';
import { FilesBackendController } from '../../modules/files/rest/files.backend.controller';
import { SignedUrlsBackendController } from '../../modules/files/rest/signed-urls.backend.controller';
import { EventsPort } from '../../modules/events/contract/events.port';
import { eventsConfig, type EventsConfig } from '../../modules/events/events.config';
import { EventsBackendController } from '../../modules/events/rest/events.backend.controller';
import { uploadMethodOverride } from '../../modules/files/rest/upload-method-override';
import { UploadsBackendController } from '../../modules/files/rest/uploads.backend.controller';
import { CONSOLE_CONTROLLERS, CONSOLE_PORTS, CONSOLE_PROVIDERS } from '../../modules/console/rest/console.providers';
import { CredentialsPort } from '../../modules/credentials/contract/credentials.port';
import { CredentialsBackendController } from '../../modules/credentials/rest/credentials.backend.controller';
import { FlagsPort } from '../../modules/flags/contract/flags.port';
import { FlagsBackendController } from '../../modules/flags/rest/flags.backend.controller';
import { OfrepBackendController } from '../../modules/flags/rest/ofrep.backend.controller';
import { JobLogsPort } from '../../modules/jobs/contract/job-logs.port';
import { JobOutputsPort } from '../../modules/jobs/contract/job-outputs.port';
import { JobSchedulesPort } from '../../modules/jobs/contract/job-schedules.port';
import { JobsPort } from '../../modules/jobs/contract/jobs.port';
import { JobSchedulesBackendController } from '../../modules/jobs/rest/job-schedules.backend.controller';
import { JobStreamsBackendController } from '../../modules/jobs/rest/job-streams.backend.controller';
import { JobsBackendController } from '../../modules/jobs/rest/jobs.backend.controller';
import { MaskingPort } from '../../modules/masking/contract/masking.port';
import { MaskingBackendController } from '../../modules/masking/rest/masking.backend.controller';
import { IssuerUrl } from '../../modules/oauth/contract/issuer-url';
import { oauthConfig, type OauthConfig } from '../../modules/oauth/oauth.config';
import { ProjectAccessPort } from '../../modules/projects/contract/project-access.port';
import { ProjectMembersPort } from '../../modules/projects/contract/project-members.port';
import { ProjectsPort } from '../../modules/projects/contract/projects.port';
import { ProjectMembersBackendController } from '../../modules/projects/rest/project-members.backend.controller';
import { ProjectsBackendController } from '../../modules/projects/rest/projects.backend.controller';
import { RateLimitPort } from '../../modules/rate-limit/contract/rate-limit.port';
import { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import { isScimPath } from '../../modules/scim/rest/scim-endpoints';
import { SecretStorePort } from '../../modules/secrets/contract/secret-store.port';
import { SecretsPort } from '../../modules/secrets/contract/secrets.port';
import { SecretsBackendController } from '../../modules/secrets/rest/secrets.backend.controller';
import { SkillRunsPort } from '../../modules/skills/contract/skill-runs.port';
import { SkillsPort } from '../../modules/skills/contract/skills.port';
import { McpBackendController } from '../../modules/skills/rest/mcp/mcp.backend.controller';
import { ResourceMetadataBackendController } from '../../modules/skills/rest/resource-metadata.backend.controller';
import { SkillAliasesBackendController } from '../../modules/skills/rest/skill-aliases.backend.controller';
import { SkillRunsBackendController } from '../../modules/skills/rest/skill-runs.backend.controller';
import { SkillsBackendController } from '../../modules/skills/rest/skills.backend.controller';
import { UserTransfersPort } from '../../modules/user-transfers/contract/user-transfers.port';
import { UserExportBackendController } from '../../modules/user-transfers/rest/user-export.backend.controller';
import { UserImportBackendController } from '../../modules/user-transfers/rest/user-import.backend.controller';
import { AccountsPort } from '../../modules/users/contract/accounts.port';
import { GroupsPort } from '../../modules/users/contract/groups.port';
import { InvitationsPort } from '../../modules/users/contract/invitations.port';
import { OwnAccountPort } from '../../modules/users/contract/own-account.port';
import { UserImportPort } from '../../modules/users/contract/user-import.port';
import { GroupsBackendController } from '../../modules/users/rest/groups.backend.controller';
import { InvitationsBackendController } from '../../modules/users/rest/invitations.backend.controller';
import {
  OwnAccountBackendController,
  SessionsBackendController,
} from '../../modules/users/rest/own-account.backend.controller';
import { UsersBackendController } from '../../modules/users/rest/users.backend.controller';
import { WebhooksPort } from '../../modules/webhooks/contract/webhooks.port';
import { WebhooksBackendController } from '../../modules/webhooks/rest/webhooks.backend.controller';
import { WorkflowHooksPort } from '../../modules/workflows/contract/workflow-hooks.port';
import { WorkflowRunsPort } from '../../modules/workflows/contract/workflow-runs.port';
import { WorkflowTriggersPort } from '../../modules/workflows/contract/workflow-triggers.port';
import { WorkflowsPort } from '../../modules/workflows/contract/workflows.port';
import {
  isHookPath,
  WorkflowHooksBackendController,
} from '../../modules/workflows/rest/workflow-hooks.backend.controller';
import { WorkflowRunsBackendController } from '../../modules/workflows/rest/workflow-runs.backend.controller';
import { WorkflowTriggersBackendController } from '../../modules/workflows/rest/workflow-triggers.backend.controller';
import { WorkflowsBackendController } from '../../modules/workflows/rest/workflows.backend.controller';
import { AuditInterceptor } from '../http/audit.interceptor';
import type { ControlPlaneHop } from '../http/control-plane-hop';
import { showsApiKey } from '../http/api-key-header';
import { ApiDocument } from '../http/docs/api-document';
import { DocsController } from '../http/docs/docs.controller';
import { Denials } from '../http/denials';
import { EntryRefusals } from '../http/entry-refusals';
import { limitedBodies } from '../http/body-gate';
import { FailureGate } from '../http/failure-gate';
import { HealthzController } from '../http/healthz.controller';
import { limitedRequests } from '../http/request-limits';
import { lend } from '../lend';
import { MaskedValues } from '../value-mask';
import { isBackendOauthPath, oauthProxy } from './oauth-proxy';
import { PipelineGuard } from './pipeline.guard';
import { RequestLimits } from './request-limits';

@Module({})
class BackendSurfaceModule {}

/** The ports of the core that this surface's controllers are given. */
const LENT = [
  AuditPort,
  Clock,
  DocumentWorkers,
  AuthPort,
  AuditInclusionPort,
  AuditQueryPort,
  FileProjectsPort,
  FilesPort,
  ResumableUploadsPort,
  KeptObjectsPort,
  SignedUrlsPort,
  EventsPort,
  FlagsPort,
  MaskingPort,
  ProjectsPort,
  ProjectMembersPort,
  SecretStorePort,
  SecretsPort,
  GroupsPort,
  AccountsPort,
  OwnAccountPort,
  InvitationsPort,
  UserImportPort,
  UserTransfersPort,
  SkillsPort,
  SkillRunsPort,
  WebhooksPort,
  WorkflowsPort,
  WorkflowRunsPort,
  WorkflowTriggersPort,
  WorkflowHooksPort,
  CredentialsPort,
  JobsPort,
  JobLogsPort,
  JobOutputsPort,
  JobSchedulesPort,
];

/** The controllers of this surface; OAuth and app management are not among them, they are the control plane's. */
export const BACKEND_CONTROLLERS = [
  AuditBackendController,
  AuthorizeBackendController,
  AuditProofsBackendController,
  CustomEventsBackendController,
  UploadsBackendController,
  SignedUrlsBackendController,
  FilesBackendController,
  EventsBackendController,
  FlagsBackendController,
  OfrepBackendController,
  ProjectsBackendController,
  ProjectMembersBackendController,
  MaskingBackendController,
  SecretsBackendController,
  GroupsBackendController,
  OwnAccountBackendController,
  SessionsBackendController,
  UserExportBackendController,
  UserImportBackendController,
  InvitationsBackendController,
  // After those whose paths are parts of its own.
  UsersBackendController,
  SkillsBackendController,
  SkillAliasesBackendController,
  SkillRunsBackendController,
  McpBackendController,
  ResourceMetadataBackendController,
  WebhooksBackendController,
  WorkflowHooksBackendController,
  WorkflowRunsBackendController,
  WorkflowTriggersBackendController,
  WorkflowsBackendController,
  CredentialsBackendController,
  // Before those whose ids their path could be.
  JobSchedulesBackendController,
  JobsBackendController,
  JobStreamsBackendController,
  ...CONSOLE_CONTROLLERS,
  DocsController,
  HealthzController,
];

/** Where clients authenticate. */
const AUTHENTICATING: ReadonlySet<string> = new Set(['/v1/oauth/token', '/v1/oauth/introspect', '/v1/oauth/revoke']);

export interface BackendSurfaceOptions {
  readonly logger: Logger;
  readonly controlPlane: ControlPlaneHop;
  readonly trustedProxies: AddressSet;
}

/** The public REST surface: OAuth by proxy, and the platform APIs through the pipeline. */
export function createBackendSurface(
  core: INestApplicationContext,
  options: BackendSurfaceOptions,
): Promise<RestSurface> {
  const audit = core.get(AuditPort);
  const clock = core.get(Clock);
  const limits = core.get<LimitsConfig>(limitsConfig.token);
  const refusals = new EntryRefusals(audit, clock);
  const requestLimits = new RequestLimits(core.get(RateLimitPort), audit, clock, options.logger);
  const { ISSUER_URL } = core.get<OauthConfig>(oauthConfig.token);
  const pageSettings = new PageSettings(ISSUER_URL, core.get(Sealer).deriveKey('console pages'), options.logger);
  const module = {
    module: BackendSurfaceModule,
    controllers: BACKEND_CONTROLLERS,
    providers: [
      ...[...LENT, ...CONSOLE_PORTS].map((port) => ({ provide: port, useValue: lend(core.get<object>(port)) })),
      ...CONSOLE_PROVIDERS,
      { provide: PageSettings, useValue: pageSettings },
      { provide: ApiDocument, useValue: new ApiDocument('backend') },
      {
        provide: OpenStreams,
        useValue: new OpenStreams({
          perCaller: limits.LIMIT_STREAMS_PER_CALLER,
          perTenant: core.get<EventsConfig>(eventsConfig.token).EVENTS_STREAMS_PER_TENANT,
        }),
      },
      { provide: IssuerUrl, useValue: new IssuerUrl(core.get<OauthConfig>(oauthConfig.token).ISSUER_URL) },
      { provide: ValueMask, useValue: new MaskedValues(core.get(MaskingPort)) },
    ],
  };
  return createRestSurface(module, {
    name: 'backend',
    logger: options.logger,
    isOauthPath: isBackendOauthPath,
    isHttps: ISSUER_URL.startsWith('https:'),
    trustedProxies: options.trustedProxies,
    // The control plane limits as well. Here the caller's address is known even where the control plane sees ours alone.
    front: [
      uploadMethodOverride,
      limitedRequests(limits, refusals),
      new FailureGate(limits, refusals).inFront(({ path }) => isScimPath(path)),
      new FailureGate(limits, refusals).inFront(({ path }) => AUTHENTICATING.has(path)),
      new FailureGate(limits, refusals).inFront(({ path }) => isHookPath(path)),
      new FailureGate(limits, refusals).inFront(showsApiKey),
      limitedBodies(limits, refusals),
      oauthProxy(options.controlPlane),
    ],
    guards: [
      new PipelineGuard(
        core.get(AuthPort),
        core.get(ProjectAccessPort),
        requestLimits,
        new Denials(audit, clock, limits),
        clock,
        core.get(SignedCalls),
        core.get(FileProjectsPort),
        core.get(RevocationsPort),
        core.get<OauthConfig>(oauthConfig.token).ISSUER_URL,
      ),
    ],
    interceptors: [new AuditInterceptor(audit, clock, options.logger)],
  });
}
