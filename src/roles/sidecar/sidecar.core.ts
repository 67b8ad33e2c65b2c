import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../../modules/audit/audit.module';
import { AuthModule } from '../../modules/auth/auth.module';
import { KeysModule } from '../../modules/keys/keys.module';
import { AccessTokensModule } from '../../modules/oauth/access-tokens.module';
import { RevocationModule } from '../../modules/revocation/revocation.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { type CoreParts, KernelModule } from '../kernel.module';

/** Hosts what decides for every request: token validation now, policy and limits with their modules. */
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
        AuditModule,
      ],
    };
  }
}
