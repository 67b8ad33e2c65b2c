import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { auditConfig, type AuditConfig } from './audit.config';
import { AuditChainWriter } from './audit-chain-writer';
import { ChainRepository } from './storage/chain.repository';
import { RetentionRepository } from './storage/retention.repository';

const EVERY_MS = 500;
const BATCH = 500;
const EXPIRED_BATCH = 5_000;
const HOUSEKEEPING_EVERY_MS = 3_600_000;

/**
 * Runs background tasks in every process that hosts the log. They deliver outbox events that were left there after a crash or while the
 * sidecar was unreachable and, after an upgrade, events recorded before the chain existed. Every hour, they create the partitions for the
 * next months and drop records that their tenant's retention no longer covers.
 */
@Injectable()
export class OutboxRelay {
  private hasEarlier = true;
  private housekeepingAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly writer: AuditChainWriter,
    private readonly repository: ChainRepository,
    private readonly retention: RetentionRepository,
    @InjectConfig(auditConfig) private readonly config: AuditConfig,
  ) {}

  @Scheduled({
    name: 'audit.append_staged',
    everyMs: EVERY_MS,
    failure: 'Staged audit events could not be moved into the log; they stay in the outbox',
  })
  async sweep(signal?: AbortSignal): Promise<void> {
    await this.runMaintenance(signal);
    while (!signal?.aborted && (await this.writer.appendOldestStaged(BATCH)) === BATCH);
    while (!signal?.aborted && this.hasEarlier) this.hasEarlier = (await this.writer.appendEarlier(BATCH)) > 0;
  }

  private async runMaintenance(signal?: AbortSignal): Promise<void> {
    if (performance.now() - this.housekeepingAt < HOUSEKEEPING_EVERY_MS) return;
    await this.repository.ensurePartitions();
    const leastDays = this.config.AUDIT_MIN_KEEP_DAYS;
    while (!signal?.aborted && (await this.retention.dropExpired(EXPIRED_BATCH, leastDays)) === EXPIRED_BATCH);
    this.housekeepingAt = performance.now();
  }
}
