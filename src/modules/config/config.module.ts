import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ConfigCache } from './config-cache';
import { TenantConfigService } from './config.service';
import { TenantConfigPort } from './contract/config.port';
import { ConfigVersionsRepository } from './storage/config-versions.repository';

/** The sidecar's part of the module, which serves configurations. The control plane's part stores them. */
@Module({
  imports: [KernelModule],
  providers: [ConfigVersionsRepository, ConfigCache, { provide: TenantConfigPort, useClass: TenantConfigService }],
  exports: [TenantConfigPort],
})
export class TenantConfigModule {}
