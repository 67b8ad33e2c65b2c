import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ConfigAdminService } from './config-admin.service';
import { ConfigAdminPort } from './contract/config-admin.port';
import { ConfigVersionsRepository } from './storage/config-versions.repository';

/** The control plane's part of the module, which stores configurations and their history. The sidecar's part serves them. */
@Module({
  imports: [KernelModule],
  providers: [ConfigVersionsRepository, { provide: ConfigAdminPort, useClass: ConfigAdminService }],
  exports: [ConfigAdminPort],
})
export class ConfigAdminModule {}
