import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { KeyRotationService } from './key-rotation.service';
import { PlanTimesOf } from './plan-times';

const MIN_EVERY_MS = 1_000;
const MAX_EVERY_MS = 30_000;

/**
 * Keeps the plan going, in every process that holds `MASTER_KEY`: a turn finds what is due, whoever was to do it, so that
 * restarts and crashes only delay it.
 */
@Injectable()
export class KeyPlanKeeper {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly rotation: KeyRotationService,
    private readonly times: PlanTimesOf,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = Math.min(MAX_EVERY_MS, Math.max(MIN_EVERY_MS, this.times.jwksLifeMs / 10));
    this.timer = setInterval(() => {
      this.turn = this.turn.then(() => this.keep());
    }, everyMs);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.turn;
  }

  private async keep(): Promise<void> {
    try {
      await this.rotation.keepPlan();
    } catch (error) {
      this.logger.warn({ err: error }, 'The plan of the signing keys could not be kept; it is tried again soon');
    }
  }
}
