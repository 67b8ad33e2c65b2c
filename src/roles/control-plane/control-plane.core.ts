import { type DynamicModule, Module } from '@nestjs/common';
import { ChangePruner } from '../../kernel/changes/change-pruner';
import { AppsModule } from '../../modules/apps/apps.module';
import { ClientRegistrationsModule } from '../../modules/apps/client-registrations.module';
import { ApiKeysModule } from '../../modules/credentials/api-keys.module';
import { AuditSinksModule } from '../../modules/audit-sinks/audit-sinks.module';
import { AuditModule } from '../../modules/audit/audit.module';
import { ConfigAdminModule } from '../../modules/config/config-admin.module';
import { EntitlementsAdminModule } from '../../modules/entitlements/entitlements-admin.module';
import { CheckpointsModule } from '../../modules/audit/checkpoints/checkpoints.module';
import { AuthModule } from '../../modules/auth/auth.module';
import { EventsModule } from '../../modules/events/events.module';
import { FlagsAdminModule } from '../../modules/flags/flags-admin.module';
import { OwnedSchedulesModule } from '../../modules/jobs/owned-schedules.module';
import { KeysModule } from '../../modules/keys/keys.module';
import { SignerModule } from '../../modules/keys/signer.module';
import { MaskingRulesModule } from '../../modules/masking/masking-rules.module';
import { AccessTokensModule } from '../../modules/oauth/access-tokens.module';
import { OauthModule } from '../../modules/oauth/oauth.module';
import { PolicyBundlesModule } from '../../modules/policy/policy-bundles.module';
import { PolicyModule } from '../../modules/policy/policy.module';
import { RateLimitRulesModule } from '../../modules/rate-limit/rate-limit-rules.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { ScimModule } from '../../modules/scim/scim.module';
import { SecretAccessModule } from '../../modules/secrets/secret-access.module';
import { SamlProvidersModule } from '../../modules/saml/saml-providers.module';
import { SecretStoreModule } from '../../modules/secrets/secret-store.module';
import { TokenEventsModule } from '../../modules/token-events/token-events.module';
import { TenantLifecycleModule } from '../../modules/tenants/tenant-lifecycle.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { DirectoryModule } from '../../modules/users/directory.module';
import { GroupsModule } from '../../modules/users/groups.module';
import { UsersModule } from '../../modules/users/users.module';
import { OwnedTriggersModule } from '../../modules/workflows/owned-triggers.module';
import { type CoreParts, KernelModule } from '../kernel.module';
import { scimOptions } from '../scim-options';
import { TENANT_DATA } from '../tenant-data';

/** Hosts the authorization server and the administration of everything. */
@Module({})
export class ControlPlaneCore {
  static host(parts: CoreParts): DynamicModule {
    return {
      module: ControlPlaneCore,
      imports: [
        KernelModule.provide(parts),
        TenantsModule,
        TenantLifecycleModule.host(TENANT_DATA),
        AppsModule,
        ClientRegistrationsModule,
        KeysModule,
        SignerModule,
        RevocationModule,
        ApiKeysModule,
        AccessTokensModule,
        UsersModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production' }),
        GroupsModule,
        DirectoryModule,
        OauthModule,
        ScimModule.host(scimOptions(parts.settings)),
        AuditModule,
        CheckpointsModule.host(parts.settings.audit.AUDIT_SIGNING_KEY_FILE),
        PolicyBundlesModule,
        PolicyModule,
        AuthModule,
        FlagsAdminModule,
        ConfigAdminModule,
        EntitlementsAdminModule,
        MaskingRulesModule,
        SamlProvidersModule,
        SecretStoreModule,
        SecretAccessModule,
        RateLimitRulesModule,
        TokenEventsModule,
        AuditSinksModule,
        EventsModule.host(parts.settings.oauth.ISSUER_URL),
        OwnedSchedulesModule.host({ users: false, apps: true }),
        OwnedTriggersModule.host({ users: false, apps: true }),
      ],
      providers: [ChangePruner],
    };
  }
}
