import { Module } from '@nestjs/common';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { RevocationsPort } from './contract/revocations.port';
import { RevocationsService } from './revocations.service';
import { RevocationsRepository } from './storage/revocations.repository';

@Module({
  imports: [KernelModule],
  providers: [
    RevocationsRepository,
    RevocationsService,
    { provide: RevocationsPort, useExisting: RevocationsService },
    makeGaugeProvider({
      name: 'coresdk_deny_list_entries',
      help: 'Revoked tokens and not-before marks in memory.',
    }),
  ],
  exports: [RevocationsPort],
})
export class RevocationModule {}
