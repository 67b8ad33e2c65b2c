import { type INestApplicationContext, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Secret } from '../../kernel/config/secret';
import { TenantNames } from '../../kernel/context/tenant-names';
import { Readiness } from '../../kernel/health/readiness';
import { createRestSurface, type RestSurface } from '../../kernel/http/rest-surface';
import type { Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { AppsPort } from '../../modules/apps/contract/apps.port';
import { ScopesPort } from '../../modules/apps/contract/scopes.port';
import { AppsControlPlaneController } from '../../modules/apps/rest/apps.control-plane.controller';
import { ScopesControlPlaneController } from '../../modules/apps/rest/scopes.control-plane.controller';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { KeysPort } from '../../modules/keys/contract/keys.port';
import { SignerPort } from '../../modules/keys/contract/signer.port';
import { KeysControlPlaneController } from '../../modules/keys/rest/keys.control-plane.controller';
import { AccessTokensPort } from '../../modules/oauth/contract/access-tokens.port';
import { OauthPort } from '../../modules/oauth/contract/oauth.port';
import { OauthControlPlaneController } from '../../modules/oauth/rest/oauth.control-plane.controller';
import { oauthEndpoints } from '../../modules/oauth/rest/oauth-endpoints';
import { preparedDocuments } from '../../modules/oauth/rest/prepared-documents';
import { PolicyBundlesPort } from '../../modules/policy/contract/policy-bundles.port';
import { LegacyPoliciesControlPlaneController } from '../../modules/policy/rest/legacy-policies.control-plane.controller';
import { PolicyControlPlaneController } from '../../modules/policy/rest/policy.control-plane.controller';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import { TenantsControlPlaneController } from '../../modules/tenants/rest/tenants.control-plane.controller';
import { AuditInterceptor } from '../http/audit.interceptor';
import { HealthzController } from '../http/healthz.controller';
import { ReadyzController } from '../http/readyz.controller';
import { lend } from '../lend';
import { AdminGuard } from './admin.guard';
import { HealthController } from './health.controller';

@Module({})
class ControlPlaneSurfaceModule {}

/** The ports of the core that this surface's controllers are given. */
const LENT = [AppsPort, ScopesPort, TenantsPort, SignerPort, PolicyBundlesPort];

/** The controllers of this surface. */
export const CONTROL_PLANE_CONTROLLERS = [
  OauthControlPlaneController,
  AppsControlPlaneController,
  ScopesControlPlaneController,
  KeysControlPlaneController,
  TenantsControlPlaneController,
  PolicyControlPlaneController,
  LegacyPoliciesControlPlaneController,
  HealthController,
  HealthzController,
  ReadyzController,
];

export interface ControlPlaneSurfaceOptions {
  readonly readiness: Readiness;
  readonly logger: Logger;
  readonly serviceToken: Secret;
  /** RFC 8414 metadata of the installation. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly trustedProxies: ReadonlySet<string>;
}

/** The internal REST surface: the authorization server, and administration by admin token or service token. */
export function createControlPlaneSurface(
  core: INestApplicationContext,
  options: ControlPlaneSurfaceOptions,
): Promise<RestSurface> {
  const audit = core.get(AuditPort);
  const clock = core.get(Clock);
  const guard = new AdminGuard(options.serviceToken, core.get(AccessTokensPort), core.get(TenantNames), audit, clock);
  const module = {
    module: ControlPlaneSurfaceModule,
    imports: [TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' })],
    controllers: CONTROL_PLANE_CONTROLLERS,
    providers: [
      ...LENT.map((port) => ({ provide: port, useValue: lend(core.get<object>(port)) })),
      { provide: Readiness, useValue: options.readiness },
    ],
  };
  return createRestSurface(module, {
    name: 'control-plane',
    logger: options.logger,
    isOauthPath: (path) => path.startsWith('/oauth/'),
    trustedProxies: options.trustedProxies,
    front: [
      oauthEndpoints(core.get(OauthPort)),
      preparedDocuments(core.get(KeysPort), options.metadata, ['/.well-known/jwks.json', '/api/v1/jwks']),
    ],
    guards: [guard],
    interceptors: [new AuditInterceptor(audit, clock, options.logger)],
  });
}
