import { Global, Module } from '@nestjs/common';
import { RevocationsPort } from './contract/revocations.port';
import { RevocationsService } from './revocations.service';
import { RevocationsRepository } from './storage/revocations.repository';

@Global()
@Module({
  providers: [RevocationsRepository, RevocationsService, { provide: RevocationsPort, useExisting: RevocationsService }],
  exports: [RevocationsPort],
})
export class RevocationModule {}
