import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { RevocationsPort } from './contract/revocations.port';
import { RevocationsService } from './revocations.service';
import { RevocationsRepository } from './storage/revocations.repository';

@Module({
  imports: [KernelModule],
  providers: [RevocationsRepository, RevocationsService, { provide: RevocationsPort, useExisting: RevocationsService }],
  exports: [RevocationsPort],
})
export class RevocationModule {}
