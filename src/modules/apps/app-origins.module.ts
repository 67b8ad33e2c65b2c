import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AppOriginsService } from './app-origins.service';
import { AppOriginsPort } from './contract/app-origins.port';
import { AppOriginsRepository } from './storage/app-origins.repository';

/** The module for processes with a public surface. It exports only the origins that apps list. */
@Module({
  imports: [KernelModule],
  providers: [AppOriginsRepository, { provide: AppOriginsPort, useClass: AppOriginsService }],
  exports: [AppOriginsPort],
})
export class AppOriginsModule {}
