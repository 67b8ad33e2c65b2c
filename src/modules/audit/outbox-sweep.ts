import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { auditConfig, type AuditConfig } from './audit.config';
import { ChainWriter } from './chain-writer';
import { ChainRepository } from './storage/chain.repository';
import { RetentionRepository } from './storage/retention.repository';

const EVERY_MS = 500;
const BATCH = 500;
const EXPIRED_BATCH = 5_000;
const HOUSEKEEPING_EVERY_MS = 3_600_000;

/**
 * What every process that hosts the log does beside writing: it takes in what a crash or an unreachable sidecar left in the
 * outbox and, after an upgrade, what was recorded before there was a chain; hourly it makes the partitions of the months ahead and drops
 * what is kept longer than its tenant says.
 */
@Injectable()
export class OutboxSweep {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.sweep(),
    failed: (err) =>
      this.logger.warn({ err }, 'Staged audit events could not be moved into the log; they stay in the outbox'),
  });
  private hasEarlier = true;
  private housekeepingAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly writer: ChainWriter,
    private readonly repository: ChainRepository,
    private readonly retention: RetentionRepository,
    @Inject(LOGGER) private readonly logger: Logger,
    @InjectConfig(auditConfig) private readonly config: AuditConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }

  private async sweep(): Promise<void> {
    await this.keepHouse();
    while (!this.turns.stopped && (await this.writer.appendOldestStaged(BATCH)) === BATCH);
    while (!this.turns.stopped && this.hasEarlier) this.hasEarlier = (await this.writer.appendEarlier(BATCH)) > 0;
  }

  private async keepHouse(): Promise<void> {
    if (performance.now() - this.housekeepingAt < HOUSEKEEPING_EVERY_MS) return;
    await this.repository.ensurePartitions();
    const leastDays = this.config.AUDIT_MIN_KEEP_DAYS;
    while (!this.turns.stopped && (await this.retention.dropExpired(EXPIRED_BATCH, leastDays)) === EXPIRED_BATCH);
    this.housekeepingAt = performance.now();
  }
}
