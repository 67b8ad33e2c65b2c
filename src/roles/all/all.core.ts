import { type DynamicModule, Module } from '@nestjs/common';
import { ChangePruner } from '../../kernel/changes/change-pruner';
import { AppsModule } from '../../modules/apps/apps.module';
import { AuditModule } from '../../modules/audit/audit.module';
import { AuthModule } from '../../modules/auth/auth.module';
import { KeysModule } from '../../modules/keys/keys.module';
import { SignerModule } from '../../modules/keys/signer.module';
import { AccessTokensModule } from '../../modules/oauth/access-tokens.module';
import { OauthModule } from '../../modules/oauth/oauth.module';
import { PolicyBundlesModule } from '../../modules/policy/policy-bundles.module';
import { PolicyModule } from '../../modules/policy/policy.module';
import { ProjectsModule } from '../../modules/projects/projects.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { UsersModule } from '../../modules/users/users.module';
import { type CoreParts, KernelModule } from '../kernel.module';

/** Everything hosted in one process; no port is remote. */
@Module({})
export class AllCore {
  static host(parts: CoreParts): DynamicModule {
    return {
      module: AllCore,
      imports: [
        KernelModule.provide(parts),
        TenantsModule,
        AppsModule,
        KeysModule,
        SignerModule,
        RevocationModule,
        AccessTokensModule,
        UsersModule.host({ isProduction: parts.settings.role.NODE_ENV === 'production' }),
        OauthModule,
        AuthModule,
        AuditModule,
        PolicyBundlesModule,
        PolicyModule,
        ProjectsModule,
      ],
      providers: [ChangePruner],
    };
  }
}
