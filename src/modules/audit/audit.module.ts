import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AuditHealth } from './audit-health';
import { AuditIndicator } from './audit.indicator';
import { AuditService } from './audit.service';
import { AuditRetentionService } from './audit-retention.service';
import { AuditProofsService } from './audit-proofs.service';
import { AuditChainWriter } from './audit-chain-writer';
import { AuditQueryService } from './audit-query.service';
import { AuditHeadPort } from './contract/audit-head.port';
import { AuditQueryPort } from './contract/audit-query.port';
import { AuditPort } from './contract/audit.port';
import { AuditInclusionPort, AuditProofsPort } from './contract/audit-proofs.port';
import { AuditRetentionPort } from './contract/audit-retention.port';
import { ReadRecordingPort } from './contract/read-recording.port';
import { ExportLines } from './export-lines';
import { OutboxRelay } from './outbox-relay';
import { PersonKeys } from './person-keys';
import { ReadRecordingCache } from './read-recording.cache';
import { RepeatedEvents } from './repeated-events';
import { AuditSearchRepository } from './storage/audit-search.repository';
import { ChainRepository } from './storage/chain.repository';
import { CheckpointsRepository } from './storage/checkpoints.repository';
import { PersonsRepository } from './storage/persons.repository';
import { RetentionRepository } from './storage/retention.repository';
import { RecordsRepository } from './storage/records.repository';

@Module({
  imports: [KernelModule],
  providers: [
    ChainRepository,
    PersonsRepository,
    PersonKeys,
    RepeatedEvents,
    AuditChainWriter,
    AuditHealth,
    AuditIndicator,
    AuditService,
    OutboxRelay,
    RecordsRepository,
    CheckpointsRepository,
    ExportLines,
    RetentionRepository,
    AuditRetentionService,
    ReadRecordingCache,
    AuditProofsService,
    AuditSearchRepository,
    AuditQueryService,
    { provide: AuditQueryPort, useExisting: AuditQueryService },
    { provide: AuditHeadPort, useExisting: AuditQueryService },
    { provide: AuditPort, useExisting: AuditService },
    { provide: AuditRetentionPort, useExisting: AuditRetentionService },
    { provide: ReadRecordingPort, useExisting: ReadRecordingCache },
    { provide: AuditProofsPort, useExisting: AuditProofsService },
    { provide: AuditInclusionPort, useExisting: AuditProofsService },
  ],
  exports: [
    AuditPort,
    AuditHealth,
    AuditRetentionPort,
    ReadRecordingPort,
    AuditProofsPort,
    AuditInclusionPort,
    AuditQueryPort,
    AuditHeadPort,
    RecordsRepository,
    CheckpointsRepository,
  ],
})
export class AuditModule {}
