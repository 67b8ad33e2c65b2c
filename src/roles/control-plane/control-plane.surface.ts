import { type INestApplicationContext, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Secret } from '../../kernel/config/secret';
import { TenantNames } from '../../kernel/context/tenant-names';
import { Readiness } from '../../kernel/health/readiness';
import { OpenStreams } from '../../kernel/http/open-streams';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import type { AddressSet } from '../../kernel/http/trusted-proxies';
import { limitsConfig, type LimitsConfig } from '../../kernel/limits/limits.config';
import { Sealer } from '../../kernel/sealing/sealer';
import type { Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { ScopesPort } from '../../modules/apps/contract/scopes.port';
import { SelfRegistrationAdminPort } from '../../modules/apps/contract/self-registration-admin.port';
import { SelfRegistrationPort } from '../../modules/apps/contract/self-registration.port';
import { AppsControlPlaneController } from '../../modules/apps/rest/apps.control-plane.controller';
import { ScopesControlPlaneController } from '../../modules/apps/rest/scopes.control-plane.controller';
import { SelfRegistrationControlPlaneController } from '../../modules/apps/rest/self-registration.control-plane.controller';
import { AuditProofsPort } from '../../modules/audit/contract/audit-proofs.port';
import { AuditRetentionPort } from '../../modules/audit/contract/audit-retention.port';
import { AuditPublicKey } from '../../modules/audit/contract/audit-public-key';
import { AuditSinksPort } from '../../modules/audit-sinks/contract/audit-sinks.port';
import { AuditSinksControlPlaneController } from '../../modules/audit-sinks/rest/audit-sinks.control-plane.controller';
import { AuditQueryPort } from '../../modules/audit/contract/audit-query.port';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { ConfigAdminPort } from '../../modules/config/contract/config-admin.port';
import { ConfigControlPlaneController } from '../../modules/config/rest/config.control-plane.controller';
import { ConfigDefaultsControlPlaneController } from '../../modules/config/rest/config-defaults.control-plane.controller';
import { EntitlementsAdminPort } from '../../modules/entitlements/contract/entitlements-admin.port';
import { EntitlementsControlPlaneController } from '../../modules/entitlements/rest/entitlements.control-plane.controller';
import { PlansControlPlaneController } from '../../modules/entitlements/rest/plans.control-plane.controller';
import { AuditRetentionControlPlaneController } from '../../modules/audit/rest/audit-retention.control-plane.controller';
import { AuditProofsControlPlaneController } from '../../modules/audit/rest/audit-proofs.control-plane.controller';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { ValidateControlPlaneController } from '../../modules/auth/rest/validate.control-plane.controller';
import { AuditControlPlaneController } from '../../modules/audit/rest/audit.control-plane.controller';
import { FlagsAdminPort } from '../../modules/flags/contract/flags-admin.port';
import { FlagHistoryControlPlaneController } from '../../modules/flags/rest/flag-history.control-plane.controller';
import { FlagsControlPlaneController } from '../../modules/flags/rest/flags.control-plane.controller';
import { KeyRotationPort } from '../../modules/keys/contract/key-rotation.port';
import { KeysPort } from '../../modules/keys/contract/keys.port';
import { KeysControlPlaneController } from '../../modules/keys/rest/keys.control-plane.controller';
import { MaskingRulesPort } from '../../modules/masking/contract/masking-rules.port';
import { MaskingControlPlaneController } from '../../modules/masking/rest/masking.control-plane.controller';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { ClientRegistrationPort } from '../../modules/oauth/contract/client-registration.port';
import { GrantsPort } from '../../modules/oauth/contract/grants.port';
import { LoginPort } from '../../modules/oauth/contract/login.port';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { ClientRegistrationControlPlaneController } from '../../modules/oauth/rest/client-registration.control-plane.controller';
import { GrantsControlPlaneController } from '../../modules/oauth/rest/grants.control-plane.controller';
import { LoginControlPlaneController } from '../../modules/oauth/rest/login.control-plane.controller';
import { oauthConfig, type OauthConfig } from '../../modules/oauth/oauth.config';
import { OauthControlPlaneController } from '../../modules/oauth/rest/oauth.control-plane.controller';
import { withRegistration } from '../../modules/oauth/domain/metadata';
import { oauthEndpoints } from '../../modules/oauth/rest/oauth-endpoints';
import { preparedDocuments } from '../../modules/oauth/rest/prepared-documents';
import { UserinfoControlPlaneController } from '../../modules/oauth/rest/userinfo.control-plane.controller';
import { PolicyBundlesPort } from '../../modules/policy/contract/policy-bundles.port';
import { PolicyPort } from '../../modules/policy/contract/policy.port';
import { EvaluateControlPlaneController } from '../../modules/policy/rest/evaluate.control-plane.controller';
import { LegacyPoliciesControlPlaneController } from '../../modules/policy/rest/legacy-policies.control-plane.controller';
import { PolicyControlPlaneController } from '../../modules/policy/rest/policy.control-plane.controller';
import { RateLimitRulesPort } from '../../modules/rate-limit/contract/rate-limit-rules.port';
import { PlanRateLimitsControlPlaneController } from '../../modules/rate-limit/rest/plan-rate-limits.control-plane.controller';
import { RateLimitsControlPlaneController } from '../../modules/rate-limit/rest/rate-limits.control-plane.controller';
import { SamlProvidersPort } from '../../modules/saml/contract/saml-providers.port';
import { SamlProvidersControlPlaneController } from '../../modules/saml/rest/saml-providers.control-plane.controller';
import { ScimConnectionsPort } from '../../modules/scim/contract/scim-connections.port';
import { ScimExtensionsPort } from '../../modules/scim/contract/scim-extensions.port';
import { RevocationsPort } from '../../modules/revocation/contract/revocations.port';
import { ScimPort } from '../../modules/scim/contract/scim.port';
import { ScimConnectionsControlPlaneController } from '../../modules/scim/rest/scim-connections.control-plane.controller';
import { scimEndpoints } from '../../modules/scim/rest/scim-endpoints';
import { ScimExtensionsControlPlaneController } from '../../modules/scim/rest/scim-extensions.control-plane.controller';
import { ScimControlPlaneController } from '../../modules/scim/rest/scim.control-plane.controller';
import { SecretAccessPort } from '../../modules/secrets/contract/secret-access.port';
import { SecretSealingPort } from '../../modules/secrets/contract/secret-sealing.port';
import { SecretStorePort } from '../../modules/secrets/contract/secret-store.port';
import { SecretAccessControlPlaneController } from '../../modules/secrets/rest/secret-access.control-plane.controller';
import { SecretSealingControlPlaneController } from '../../modules/secrets/rest/secret-sealing.control-plane.controller';
import { SecretsControlPlaneController } from '../../modules/secrets/rest/secrets.control-plane.controller';
import { PageSettings } from '../../kernel/pages/page-settings';
import {
  SIGN_IN_PAGES_CONTROLLERS,
  SIGN_IN_PAGES_PORTS,
  SIGN_IN_PAGES_PROVIDERS,
} from '../../modules/sign-in-pages/rest/sign-in-pages.providers';
import { IsolationPort } from '../../modules/tenants/contract/isolation.port';
import { TenantLifecyclePort } from '../../modules/tenants/contract/tenant-lifecycle.port';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import { OwnTenantControlPlaneController } from '../../modules/tenants/rest/own-tenant.control-plane.controller';
import { TenantLifecycleControlPlaneController } from '../../modules/tenants/rest/tenant-lifecycle.control-plane.controller';
import { TenantsControlPlaneController } from '../../modules/tenants/rest/tenants.control-plane.controller';
import { TokenEventsPort } from '../../modules/token-events/contract/token-events.port';
import { TokenEventsControlPlaneController } from '../../modules/token-events/rest/token-events.control-plane.controller';
import { DirectoryGroupsPort } from '../../modules/users/contract/directory-groups.port';
import { GroupRolesControlPlaneController } from '../../modules/users/rest/group-roles.control-plane.controller';
import { AuditInterceptor } from '../http/audit.interceptor';
import { showsApiKey } from '../http/api-key-header';
import { ApiDocument } from '../http/docs/api-document';
import { DocsController } from '../http/docs/docs.controller';
import { Denials } from '../http/denials';
import { EntryRefusals } from '../http/entry-refusals';
import { limitedBodies } from '../http/body-gate';
import { FailureGate } from '../http/failure-gate';
import { HealthzController } from '../http/healthz.controller';
import { ReadyzController } from '../http/readyz.controller';
import { limitedRequests } from '../http/request-limits';
import { lend } from '../lend';
import { AdminGuard } from './admin.guard';
import { HealthController } from './health.controller';

@Module({})
class ControlPlaneSurfaceModule {}

/** The ports of the core that this surface's controllers are given. */
const LENT = [
  ClientRegistrationPort,
  GrantsPort,
  LoginPort,
  AppsPort,
  ScopesPort,
  SelfRegistrationAdminPort,
  TenantsPort,
  TenantLifecyclePort,
  IsolationPort,
  KeyRotationPort,
  AuditProofsPort,
  AuditPublicKey,
  AuditRetentionPort,
  PolicyBundlesPort,
  FlagsAdminPort,
  ConfigAdminPort,
  EntitlementsAdminPort,
  MaskingRulesPort,
  SamlProvidersPort,
  ScimConnectionsPort,
  ScimExtensionsPort,
  DirectoryGroupsPort,
  SecretStorePort,
  SecretAccessPort,
  SecretSealingPort,
  RateLimitRulesPort,
  TokenEventsPort,
  // What existing clients ask here when no sidecar answers.
  AuthPort,
  PolicyPort,
  TenantNames,
  AuditQueryPort,
  AuditSinksPort,
  ...SIGN_IN_PAGES_PORTS,
];

/** The controllers of this surface. */
export const CONTROL_PLANE_CONTROLLERS = [
  OauthControlPlaneController,
  UserinfoControlPlaneController,
  ClientRegistrationControlPlaneController,
  GrantsControlPlaneController,
  LoginControlPlaneController,
  AppsControlPlaneController,
  ScopesControlPlaneController,
  SelfRegistrationControlPlaneController,
  KeysControlPlaneController,
  AuditProofsControlPlaneController,
  // Before the tenants: "current" is the slug of none.
  OwnTenantControlPlaneController,
  AuditRetentionControlPlaneController,
  TenantsControlPlaneController,
  TenantLifecycleControlPlaneController,
  ...SIGN_IN_PAGES_CONTROLLERS,
  PolicyControlPlaneController,
  LegacyPoliciesControlPlaneController,
  ValidateControlPlaneController,
  EvaluateControlPlaneController,
  // Before the flags themselves: its paths are no keys.
  FlagHistoryControlPlaneController,
  FlagsControlPlaneController,
  // Before the tenants' own: "defaults" is no key.
  ConfigDefaultsControlPlaneController,
  ConfigControlPlaneController,
  PlansControlPlaneController,
  EntitlementsControlPlaneController,
  MaskingControlPlaneController,
  // Before the tenants' own: "plans" is no name of a rule.
  PlanRateLimitsControlPlaneController,
  RateLimitsControlPlaneController,
  SamlProvidersControlPlaneController,
  ScimControlPlaneController,
  GroupRolesControlPlaneController,
  ScimExtensionsControlPlaneController,
  ScimConnectionsControlPlaneController,
  // What is fixed before what is a name: no name of a secret has a lower-case letter.
  SecretAccessControlPlaneController,
  SecretSealingControlPlaneController,
  SecretsControlPlaneController,
  TokenEventsControlPlaneController,
  AuditControlPlaneController,
  AuditSinksControlPlaneController,
  DocsController,
  HealthController,
  HealthzController,
  ReadyzController,
];

export interface ControlPlaneSurfaceOptions {
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly serviceToken: Secret;
  /** RFC 8414 metadata of the installation, without that of registration. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly trustedProxies: AddressSet;
}

const JWKS_PATHS = ['/.well-known/jwks.json', '/api/v1/jwks'];

/** Whether a path takes the service token, an admin token or a registration token, which nobody may guess at. */
function isAdministration(path: string): boolean {
  return path.startsWith('/api/');
}

/** The internal REST surface: the authorization server, and administration by admin token or service token. */
export function createControlPlaneSurface(
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
    new Denials(audit, clock, limits),
    clock,
  );
  const { ISSUER_URL } = core.get<OauthConfig>(oauthConfig.token);
  const registrations = core.get(SelfRegistrationPort);
  const open = withRegistration(options.metadata, ISSUER_URL);
  const pageSettings = new PageSettings(ISSUER_URL, core.get(Sealer).deriveKey('sign-in pages'), options.logger);
  const module = {
    module: ControlPlaneSurfaceModule,
    imports: [TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' })],
    controllers: CONTROL_PLANE_CONTROLLERS,
    providers: [
      ...LENT.map((port) => ({ provide: port, useValue: lend(core.get<object>(port)) })),
      ...SIGN_IN_PAGES_PROVIDERS,
      { provide: PageSettings, useValue: pageSettings },
      { provide: ApiDocument, useValue: new ApiDocument('control-plane') },
      { provide: Clock, useValue: clock },
      { provide: OpenStreams, useValue: new OpenStreams({ perCaller: limits.LIMIT_STREAMS_PER_CALLER }) },
      { provide: Readiness, useValue: options.readiness },
    ],
  };
  return createRestSurface(module, {
    name: 'control-plane',
    logger: options.logger,
    isOauthPath: (path) => path.startsWith('/oauth/'),
    isHttps: ISSUER_URL.startsWith('https:'),
    trustedProxies: options.trustedProxies,
    front: [
      limitedRequests(limits, refusals),
      new FailureGate(limits, refusals).inFront((front) => isAdministration(front.path) || showsApiKey(front)),
      limitedBodies(limits, refusals),
      oauthEndpoints(core.get(OauthPort), new FailureGate(limits, refusals)),
      scimEndpoints(core.get(ScimPort), new FailureGate(limits, refusals), options.logger),
      preparedDocuments(core.get(KeysPort), () => (registrations.isOffered() ? open : options.metadata), JWKS_PATHS),
    ],
    guards: [guard],
    interceptors: [new AuditInterceptor(audit, clock, options.logger)],
  });
}
