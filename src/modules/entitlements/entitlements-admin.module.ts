import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { EntitlementsAdminPort } from './contract/entitlements-admin.port';
import { EntitlementsAdminService } from './entitlements-admin.service';
import { EntitlementsModule } from './entitlements.module';

/** The control plane's part of the module, which stores plans, licenses and overrides. */
@Module({
  imports: [KernelModule, EntitlementsModule],
  providers: [{ provide: EntitlementsAdminPort, useClass: EntitlementsAdminService }],
  exports: [EntitlementsAdminPort],
})
export class EntitlementsAdminModule {}
