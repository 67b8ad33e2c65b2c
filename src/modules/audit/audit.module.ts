import { Global, Module } from '@nestjs/common';
import { AuditService } from './audit.service';
import { ChainWriter } from './chain-writer';
import { AuditPort } from './contract/audit.port';
import { OutboxSweep } from './outbox-sweep';
import { PersonKeys } from './person-keys';
import { ChainRepository } from './storage/chain.repository';
import { PersonsRepository } from './storage/persons.repository';

@Global()
@Module({
  providers: [
    ChainRepository,
    PersonsRepository,
    PersonKeys,
    ChainWriter,
    AuditService,
    OutboxSweep,
    { provide: AuditPort, useExisting: AuditService },
  ],
  exports: [AuditPort],
})
export class AuditModule {}
