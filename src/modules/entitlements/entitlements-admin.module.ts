import { Module } from '@nestjs/common';
import { EntitlementsAdminPort } from './contract/entitlements-admin.port';
import { EntitlementsAdminService } from './entitlements-admin.service';
import { EntitlementsModule } from './entitlements.module';

/** The control plane's half: keeps plans, licences and overrides. */
@Module({
  imports: [EntitlementsModule],
  providers: [{ provide: EntitlementsAdminPort, useClass: EntitlementsAdminService }],
  exports: [EntitlementsAdminPort],
})
export class EntitlementsAdminModule {}
