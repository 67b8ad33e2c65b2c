import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { TenantNames } from '../../kernel/context/tenant-names';
import { TenantsPort } from './contract/tenants.port';
import { TenantsRepository } from './storage/tenants.repository';
import { TenantsService } from './tenants.service';

/** Tenants. Also provides the kernel's {@link TenantNames}, which any surface can query. */
@Module({
  imports: [KernelModule],
  providers: [
    TenantsRepository,
    TenantsService,
    { provide: TenantsPort, useExisting: TenantsService },
    { provide: TenantNames, useExisting: TenantsService },
  ],
  exports: [TenantsPort, TenantNames, TenantsService],
})
export class TenantsModule {}
