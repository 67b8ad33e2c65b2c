import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { newUlid } from '../../kernel/ids/ids';
import { ScheduledTask } from '../../kernel/tasks/scheduled-task';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { rateLimitConfig, type RateLimitConfig } from './rate-limit.config';
import { BucketsRepository } from './storage/buckets.repository';

const BEAT_MS = 2_000;
/** The time without a heartbeat after which a process is considered gone. */
const REMEMBERED_MS = 10_000;
/** The number of heartbeats between two deletions of empty counts; the interval is about the same for all processes together. */
const PRUNE_EVERY_BEATS = 30;

/**
 * The number of processes that share the limits, determined by heartbeats in the database. While the database is unavailable, which is when
 * the number is needed, the last known number applies.
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

  /** Returns the number of processes, at least 1. */
  count(): number {
    return Math.max(1, this.config.RATE_LIMIT_REPLICAS === 0 ? this.alive : this.config.RATE_LIMIT_REPLICAS);
  }

  /** Starts the heartbeat of this process. */
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
      this.logger.debug({ err: error }, 'Failed to write a heartbeat; the last known number of processes applies');
    }
  }
}
