import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ManagedObjectsPort } from './contract/managed-objects.port';
import { ManagedObjectsService } from './managed-objects.service';
import { ManagedObjectsRepository } from './storage/managed-objects.repository';

/** The marks of objects that configurations manage (`coresdk apply`). */
@Module({
  imports: [KernelModule],
  providers: [ManagedObjectsRepository, { provide: ManagedObjectsPort, useClass: ManagedObjectsService }],
  exports: [ManagedObjectsPort],
})
export class ManagedObjectsModule {}
