import { type DynamicModule, Module } from '@nestjs/common';
import { AuditClientModule } from '../../modules/audit/audit-client.module';
import { AuthClientModule } from '../../modules/auth/auth-client.module';
import { EntitlementsClientModule } from '../../modules/entitlements/entitlements-client.module';
import { FilesModule } from '../../modules/files/files.module';
import { KeptObjectsModule } from '../../modules/files/kept-objects.module';
import { ObjectUrlsModule } from '../../modules/files/object-urls.module';
import { EventsModule } from '../../modules/events/events.module';
import { FlagsClientModule } from '../../modules/flags/flags-client.module';
import { MaskingClientModule } from '../../modules/masking/masking-client.module';
import { EgressClientModule } from '../../modules/gates/egress-client.module';
import { JobsBaseModule } from '../../modules/jobs/jobs-base.module';
import { JobsModule } from '../../modules/jobs/jobs.module';
import { CredentialsModule } from '../../modules/credentials/credentials.module';
import { OwnedSchedulesModule } from '../../modules/jobs/owned-schedules.module';
import { ProjectsModule } from '../../modules/projects/projects.module';
import { RateLimitClientModule } from '../../modules/rate-limit/rate-limit-client.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { SecretsClientModule } from '../../modules/secrets/secrets-client.module';
import { SkillsModule } from '../../modules/skills/skills.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { UserTransfersModule } from '../../modules/user-transfers/user-transfers.module';
import { AccountsModule } from '../../modules/users/accounts.module';
import { GroupsModule } from '../../modules/users/groups.module';
import { PeopleBaseModule } from '../../modules/users/people-base.module';
import { SessionsModule } from '../../modules/users/sessions.module';
import { WebhooksModule } from '../../modules/webhooks/webhooks.module';
import { WorkflowsModule } from '../../modules/workflows/workflows.module';
import { TRANSFER_ACTS } from '../../modules/user-transfers/transfer-acts';
import { OwnedTriggersModule } from '../../modules/workflows/owned-triggers.module';
import { type CoreParts, KernelModule } from '../kernel.module';
import { workflowUrlRules } from '../workflow-url-rules';

/** Hosts the platform APIs; tokens and audit are the sidecar's, OAuth the control plane's. */
@Module({})
export class BackendCore {
  static host(parts: CoreParts): DynamicModule {
    const jobs = JobsModule.host({ base: JobsBaseModule.at(parts.store.appUrl, TRANSFER_ACTS) });
    return {
      module: BackendCore,
      imports: [
        KernelModule.provide(parts),
        AuthClientModule,
        AuditClientModule,
        EgressClientModule,
        EntitlementsClientModule,
        EventsModule.host(parts.settings.oauth.ISSUER_URL),
        FlagsClientModule,
        MaskingClientModule,
        RateLimitClientModule,
        SecretsClientModule,
        RevocationModule,
        TenantsModule,
        PeopleBaseModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production' }),
        SessionsModule,
        AccountsModule,
        GroupsModule,
        ProjectsModule,
        KeptObjectsModule.host({ dataDir: parts.settings.database.DATA_DIR }),
        ObjectUrlsModule.host({ publicUrl: parts.settings.users.PUBLIC_URL }),
        FilesModule.host({ publicUrl: parts.settings.users.PUBLIC_URL }),
        SkillsModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production', jobs: [jobs] }),
        WebhooksModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production' }),
        WorkflowsModule.host({
          rules: workflowUrlRules(parts.settings),
          publicUrl: parts.settings.users.PUBLIC_URL,
        }),
        UserTransfersModule.host([jobs]),
        CredentialsModule,
        jobs,
        OwnedSchedulesModule.host({ users: true, apps: false }),
        OwnedTriggersModule.host({ users: true, apps: false }),
      ],
    };
  }
}
