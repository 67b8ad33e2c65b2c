import { type DynamicModule, Module } from '@nestjs/common';
import { ChangePruner } from '../../kernel/changes/change-pruner';
import { AgentsModule } from '../../modules/agents/agents.module';
import { AppsModule } from '../../modules/apps/apps.module';
import { ClientRegistrationsModule } from '../../modules/apps/client-registrations.module';
import { ApiKeysModule } from '../../modules/credentials/api-keys.module';
import { AuditSinksModule } from '../../modules/audit-sinks/audit-sinks.module';
import { AuditModule } from '../../modules/audit/audit.module';
import { CheckpointsModule } from '../../modules/audit/checkpoints/checkpoints.module';
import { AuthModule } from '../../modules/auth/auth.module';
import { ConfigAdminModule } from '../../modules/config/config-admin.module';
import { EntitlementsAdminModule } from '../../modules/entitlements/entitlements-admin.module';
import { EntitlementsModule } from '../../modules/entitlements/entitlements.module';
import { FilesModule } from '../../modules/files/files.module';
import { KeptObjectsModule } from '../../modules/files/kept-objects.module';
import { ObjectUrlsModule } from '../../modules/files/object-urls.module';
import { EventsModule } from '../../modules/events/events.module';
import { FlagsAdminModule } from '../../modules/flags/flags-admin.module';
import { TenantConfigModule } from '../../modules/config/config.module';
import { FlagsModule } from '../../modules/flags/flags.module';
import { GatesModule } from '../../modules/gates/gates.module';
import { JobsBaseModule } from '../../modules/jobs/jobs-base.module';
import { JobsModule } from '../../modules/jobs/jobs.module';
import { JobsWorkerModule } from '../../modules/jobs/jobs-worker.module';
import { OwnedSchedulesModule } from '../../modules/jobs/owned-schedules.module';
import { KeysModule } from '../../modules/keys/keys.module';
import { SignerModule } from '../../modules/keys/signer.module';
import { AccessTokensModule } from '../../modules/oauth/access-tokens.module';
import { OauthModule } from '../../modules/oauth/oauth.module';
import { MaskingRulesModule } from '../../modules/masking/masking-rules.module';
import { MaskingModule } from '../../modules/masking/masking.module';
import { PolicyBundlesModule } from '../../modules/policy/policy-bundles.module';
import { PlatformContextModule } from '../../modules/platform-context/platform-context.module';
import { PolicyModule } from '../../modules/policy/policy.module';
import { CredentialsModule } from '../../modules/credentials/credentials.module';
import { ProjectsModule } from '../../modules/projects/projects.module';
import { RateLimitModule } from '../../modules/rate-limit/rate-limit.module';
import { RateLimitRulesModule } from '../../modules/rate-limit/rate-limit-rules.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { ScimModule } from '../../modules/scim/scim.module';
import { SecretAccessModule } from '../../modules/secrets/secret-access.module';
import { SamlProvidersModule } from '../../modules/saml/saml-providers.module';
import { SamlModule } from '../../modules/saml/saml.module';
import { SecretStoreModule } from '../../modules/secrets/secret-store.module';
import { SecretsModule } from '../../modules/secrets/secrets.module';
import { TokenEventsModule } from '../../modules/token-events/token-events.module';
import { TenantLifecycleModule } from '../../modules/tenants/tenant-lifecycle.module';
import { SkillsModule } from '../../modules/skills/skills.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { AccountsModule } from '../../modules/users/accounts.module';
import { DirectoryModule } from '../../modules/users/directory.module';
import { GroupsModule } from '../../modules/users/groups.module';
import { UserTransfersModule } from '../../modules/user-transfers/user-transfers.module';
import { UsersModule } from '../../modules/users/users.module';
import { WebhooksModule } from '../../modules/webhooks/webhooks.module';
import { WorkflowsModule } from '../../modules/workflows/workflows.module';
import { TRANSFER_ACTS } from '../../modules/user-transfers/transfer-acts';
import { OwnedTriggersModule } from '../../modules/workflows/owned-triggers.module';
import { type CoreParts, KernelModule } from '../kernel.module';
import { withSkills } from '../skill-runner';
import { workflowUrlRules } from '../workflow-url-rules';
import { jobRunners } from '../job-runners';
import { ownHosts } from '../own-hosts';
import { scimOptions } from '../scim-options';
import { TENANT_DATA } from '../tenant-data';
import { rateLimitStore } from '../rate-limit-store';
import { withUserTransfers } from '../user-transfers';

/** Everything hosted in one process; no port is remote. */
@Module({})
export class AllCore {
  static host(parts: CoreParts): DynamicModule {
    // One object each: a module that is hosted twice would be there twice.
    const files = FilesModule.host({ publicUrl: parts.settings.users.PUBLIC_URL });
    const jobsBase = JobsBaseModule.at(parts.store.appUrl, TRANSFER_ACTS);
    const jobs = JobsModule.host({ base: jobsBase });
    const secrets = SecretsModule.host(parts.settings.secretVariables);
    const people = [AppsModule, AuditModule, EntitlementsAdminModule, EntitlementsModule];
    const runners = withSkills(jobRunners(parts.settings), parts.settings, [files, secrets, FlagsModule, ...people]);
    const worker = JobsWorkerModule.host({ base: jobsBase, ...withUserTransfers(runners) });
    return {
      module: AllCore,
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
        AccountsModule,
        GroupsModule,
        DirectoryModule,
        OauthModule,
        ScimModule.host(scimOptions(parts.settings)),
        AuthModule,
        AuditModule,
        CheckpointsModule.host(parts.settings.audit.AUDIT_SIGNING_KEY_FILE),
        PolicyBundlesModule,
        PolicyModule,
        AgentsModule,
        PlatformContextModule,
        FlagsAdminModule,
        ConfigAdminModule,
        EntitlementsAdminModule,
        FlagsModule,
        TenantConfigModule,
        RateLimitModule.host({ store: rateLimitStore(parts.settings) }),
        RateLimitRulesModule,
        TokenEventsModule,
        AuditSinksModule,
        EventsModule.host(parts.settings.oauth.ISSUER_URL),
        SamlProvidersModule,
        SamlModule,
        SecretStoreModule,
        SecretAccessModule,
        secrets,
        MaskingRulesModule,
        MaskingModule,
        GatesModule.host({ ownHosts: ownHosts(parts.settings) }),
        ProjectsModule,
        KeptObjectsModule.host({ dataDir: parts.settings.database.DATA_DIR }),
        ObjectUrlsModule.host({ publicUrl: parts.settings.users.PUBLIC_URL }),
        files,
        SkillsModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production', jobs: [jobs, worker] }),
        WebhooksModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production' }),
        WorkflowsModule.host({
          rules: workflowUrlRules(parts.settings),
          publicUrl: parts.settings.users.PUBLIC_URL,
        }),
        UserTransfersModule.host([jobs]),
        CredentialsModule,
        jobs,
        worker,
        OwnedSchedulesModule.host({ users: true, apps: true }),
        OwnedTriggersModule.host({ users: true, apps: true }),
      ],
      providers: [ChangePruner],
    };
  }
}
