import { Module } from '@nestjs/common';
import { AuditSinksService } from './audit-sinks.service';
import { AuditSinksPort } from './contract/audit-sinks.port';
import { SinkSender } from './sink-sender';
import { SinkTurn } from './sink-turn';
import { SinkWorker } from './sink-worker';
import { AuditSinksRepository } from './storage/audit-sinks.repository';

/** Sends the audit logs of tenants to where they want them. */
@Module({
  providers: [
    AuditSinksRepository,
    SinkSender,
    SinkTurn,
    SinkWorker,
    { provide: AuditSinksPort, useClass: AuditSinksService },
  ],
  exports: [AuditSinksPort],
})
export class AuditSinksModule {}
