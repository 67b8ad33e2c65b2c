import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { newUlid } from '../../kernel/ids/ids';
import { ScheduledTask } from '../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { rateLimitConfig, type RateLimitConfig } from './rate-limit.config';
import { BucketsRepository } from './storage/buckets.repository';

const BEAT_MS = 2_000;
/** A process that was silent for so long counts no more. */
const REMEMBERED_MS = 10_000;
/** Between two times that spent counts are dropped; in all processes together about as often. */
const PRUNE_EVERY_BEATS = 30;

/**
 * How many processes share the limits, by a heartbeat in the database. While the database is away the last number holds:
 * it is then that it is needed.
 */
@Injectable()
export class Replicas {
  private readonly id = newUlid();
  private alive = 1;
  private beats = 0;
  private beating: ScheduledTask | null = null;

  constructor(
    private readonly repository: BucketsRepository,
    @InjectConfig(rateLimitConfig) private readonly config: Pick<RateLimitConfig, 'RATE_LIMIT_REPLICAS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** At least 1. */
  count(): number {
    return Math.max(1, this.config.RATE_LIMIT_REPLICAS === 0 ? this.alive : this.config.RATE_LIMIT_REPLICAS);
  }

  /** Begins to tell that this process lives. */
  async join(): Promise<void> {
    await this.beat();
    this.beating = new ScheduledTask({ everyMs: BEAT_MS, turn: () => this.beat(), failed: () => undefined });
    this.beating.start();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.beating === null) return;
    await this.beating.stop();
    await this.repository.leave(this.id).catch(() => undefined);
  }

  private async beat(): Promise<void> {
    try {
      this.alive = await this.repository.beat(this.id, REMEMBERED_MS);
      if (++this.beats % PRUNE_EVERY_BEATS === 0) await this.repository.prune();
    } catch (error) {
      this.logger.debug({ err: error }, 'A heartbeat could not be written; the last number of processes holds');
    }
  }
}
