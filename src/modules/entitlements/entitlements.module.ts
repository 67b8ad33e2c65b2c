import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { EntitlementsPort } from './contract/entitlements.port';
import { EntitlementsService } from './entitlements.service';
import { LicenseCache } from './license-cache';
import { LicensesRepository } from './storage/licenses.repository';
import { PlansRepository } from './storage/plans.repository';

/**
 * Checks tenants' entitlements. The database stores all state. Every process that needs entitlements and has database access hosts this
 * module.
 */
@Module({
  imports: [KernelModule, ports(TenantsPort)],
  providers: [
    PlansRepository,
    LicensesRepository,
    LicenseCache,
    { provide: EntitlementsPort, useClass: EntitlementsService },
  ],
  exports: [EntitlementsPort, PlansRepository, LicensesRepository, LicenseCache],
})
export class EntitlementsModule {}
