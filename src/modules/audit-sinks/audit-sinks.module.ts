import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditHeadPort } from '../audit/contract/audit-head.port';
import { AuditSinksService } from './audit-sinks.service';
import { AuditSinksPort } from './contract/audit-sinks.port';
import { SinkSender } from './sink-sender';
import { SinkDispatcher } from './sink-dispatcher';
import { SinkWorker } from './sink-worker';
import { AuditSinksRepository } from './storage/audit-sinks.repository';

/** Sends the audit logs of tenants to their configured destinations. */
@Module({
  imports: [KernelModule, ports(AuditHeadPort)],
  providers: [
    AuditSinksRepository,
    SinkSender,
    SinkDispatcher,
    SinkWorker,
    { provide: AuditSinksPort, useClass: AuditSinksService },
  ],
  exports: [AuditSinksPort],
})
export class AuditSinksModule {}
