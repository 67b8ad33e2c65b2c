import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../../modules/audit/audit.module';
import { AuthModule } from '../../modules/auth/auth.module';
import { KeysModule } from '../../modules/keys/keys.module';
import { AccessTokensModule } from '../../modules/oauth/access-tokens.module';
import { PolicyModule } from '../../modules/policy/policy.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { type CoreParts, KernelModule } from '../kernel.module';

/** Hosts what decides for every request: tokens and policy now, limits with their module. */
@Module({})
export class SidecarCore {
  static host(parts: CoreParts): DynamicModule {
    return {
      module: SidecarCore,
      imports: [
        KernelModule.provide(parts),
        TenantsModule,
        KeysModule,
        RevocationModule,
        AccessTokensModule,
        AuthModule,
        PolicyModule,
        AuditModule,
      ],
    };
  }
}
