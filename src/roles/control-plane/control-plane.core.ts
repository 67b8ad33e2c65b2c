import { type DynamicModule, Module } from '@nestjs/common';
import { AppsModule } from '../../modules/apps/apps.module';
import { AuditModule } from '../../modules/audit/audit.module';
import { SignerModule } from '../../modules/keys/signer.module';
import { OauthModule } from '../../modules/oauth/oauth.module';
import { TenantsModule } from '../../modules/tenants/tenants.module';
import { ChangePruner } from '../../kernel/changes/change-pruner';
import { type CoreParts, KernelModule } from '../kernel.module';

/** Hosts the authorization server and the administration of everything. */
@Module({})
export class ControlPlaneCore {
  static host(parts: CoreParts): DynamicModule {
    return {
      module: ControlPlaneCore,
      imports: [KernelModule.provide(parts), TenantsModule, AppsModule, SignerModule, OauthModule, AuditModule],
      providers: [ChangePruner],
    };
  }
}
