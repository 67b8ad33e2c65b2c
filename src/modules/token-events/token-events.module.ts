import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { TokenEventLogPort } from './contract/token-event-log.port';
import { TokenEventsPort } from './contract/token-events.port';
import { TokenEventsRepository } from './storage/token-events.repository';
import { TokenEventPartitions } from './token-event-partitions';
import { TokenEventLogService } from './token-event-log.service';
import { TokenEventsService } from './token-events.service';

/** The log of token events, in every process that issues or revokes tokens. */
@Module({
  imports: [KernelModule, ports(AuditPort)],
  providers: [
    TokenEventsRepository,
    TokenEventPartitions,
    { provide: TokenEventLogPort, useClass: TokenEventLogService },
    { provide: TokenEventsPort, useClass: TokenEventsService },
  ],
  exports: [TokenEventLogPort, TokenEventsPort],
})
export class TokenEventsModule {}
