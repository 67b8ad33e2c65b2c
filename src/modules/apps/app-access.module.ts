import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AppAccessService } from './app-access.service';
import { AppAccessPort } from './contract/app-access.port';
import { AppAccessRepository } from './storage/app-access.repository';
import { AppsRepository } from './storage/apps.repository';

/** The module for processes with a REST surface. It exports only the access of apps. */
@Module({
  imports: [KernelModule],
  providers: [AppsRepository, AppAccessRepository, { provide: AppAccessPort, useClass: AppAccessService }],
  exports: [AppAccessPort],
})
export class AppAccessModule {}
