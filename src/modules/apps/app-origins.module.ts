import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AppOriginsService } from './app-origins.service';
import { AppOriginsPort } from './contract/app-origins.port';
import { AppOriginsRepository } from './storage/app-origins.repository';
import { AppsRepository } from './storage/apps.repository';

/** The module for processes with a REST surface. It exports only the origins of apps. */
@Module({
  imports: [KernelModule],
  providers: [AppsRepository, AppOriginsRepository, { provide: AppOriginsPort, useClass: AppOriginsService }],
  exports: [AppOriginsPort],
})
export class AppOriginsModule {}
