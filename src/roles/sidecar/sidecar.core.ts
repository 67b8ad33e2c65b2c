import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from '../../modules/agents/agents.module';
import { ClientsModule } from '../../modules/apps/clients.module';
import { ClientRegistrationsModule } from '../../modules/apps/client-registrations.module';
import { ApiKeysModule } from '../../modules/credentials/api-keys.module';
import { AuditModule } from '../../modules/audit/audit.module';
import { AuthModule } from '../../modules/auth/auth.module';
import { TenantConfigModule } from '../../modules/config/config.module';
import { EntitlementsModule } from '../../modules/entitlements/entitlements.module';
import { ObjectUrlsModule } from '../../modules/files/object-urls.module';
import { FlagsModule } from '../../modules/flags/flags.module';
import { GatesModule } from '../../modules/gates/gates.module';
import { JobsBaseModule } from '../../modules/jobs/jobs-base.module';
import { JobsModule } from '../../modules/jobs/jobs.module';
import { KeysModule } from '../../modules/keys/keys.module';
import { SigningModule } from '../../modules/keys/signing.module';
import { MaskingModule } from '../../modules/masking/masking.module';
import { AccessTokensModule } from '../../modules/oauth/access-tokens.module';
import { RefreshModule } from '../../modules/oauth/refresh.module';
import { PlatformContextModule } from '../../modules/platform-context/platform-context.module';
import { PolicyModule } from '../../modules/policy/policy.module';
import { RateLimitModule } from '../../modules/rate-limit/rate-limit.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { SamlModule } from '../../modules/saml/saml.module';
import { SecretStoreModule } from '../../modules/secrets/secret-store.module';
import { SecretsModule } from '../../modules/secrets/secrets.module';
import { TokenEventsModule } from '../../modules/token-events/token-events.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { GroupsModule } from '../../modules/users/groups.module';
import { UserLookupModule } from '../../modules/users/user-lookup.module';
import { TRANSFER_ACTS } from '../../modules/user-transfers/transfer-acts';
import { type CoreParts, KernelModule } from '../kernel.module';
import { ownHosts } from '../own-hosts';
import { rateLimitStore } from '../rate-limit-store';

/** Hosts what decides for every request: tokens and policy now, limits with their module. */
@Module({})
export class SidecarCore {
  static host(parts: CoreParts): DynamicModule {
    return {
      module: SidecarCore,
      imports: [
        KernelModule.provide(parts),
        TenantsModule,
        ClientsModule,
        ClientRegistrationsModule,
        KeysModule,
        SigningModule,
        RevocationModule,
        ApiKeysModule,
        AccessTokensModule,
        UserLookupModule,
        RefreshModule,
        AuthModule,
        PolicyModule,
        AgentsModule,
        PlatformContextModule,
        FlagsModule,
        TenantConfigModule,
        EntitlementsModule,
        RateLimitModule.host({ store: rateLimitStore(parts.settings) }),
        AuditModule,
        MaskingModule,
        GroupsModule,
        SamlModule,
        SecretStoreModule,
        TokenEventsModule,
        SecretsModule.host(parts.settings.secretVariables),
        GatesModule.host({ ownHosts: ownHosts(parts.settings) }),
        ObjectUrlsModule.host({ publicUrl: parts.settings.users.PUBLIC_URL }),
        JobsModule.host({ base: JobsBaseModule.at(parts.store.appUrl, TRANSFER_ACTS) }),
      ],
    };
  }
}
