import { Module } from '@nestjs/common';
import { TenantStandingPort } from './contract/tenant-standing.port';
import { TenantStandingRepository } from './storage/tenant-standing.repository';

/** Whether tenants are served, also where no `MASTER_KEY` is. */
@Module({
  providers: [{ provide: TenantStandingPort, useClass: TenantStandingRepository }],
  exports: [TenantStandingPort],
})
export class TenantStandingModule {}
