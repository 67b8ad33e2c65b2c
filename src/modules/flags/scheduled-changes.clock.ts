import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { ScheduledChangesService } from './scheduled-changes.service';

const EVERY_MS = 1_000;
const BATCH = 50;

/** Has scheduled changes made within a second of their time. Runs in every control plane; each change is made by one. */
@Injectable()
export class ScheduledChangesClock {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();
  private isTurning = false;

  constructor(
    private readonly scheduled: ScheduledChangesService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      if (!this.isTurning) this.turn = this.makeDue();
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.turn;
  }

  private async makeDue(): Promise<void> {
    this.isTurning = true;
    try {
      while ((await this.scheduled.makeDue(BATCH)) === BATCH);
    } catch (error) {
      this.logger.warn({ err: error }, 'It is not known which changes of flags are due; it is asked again');
    } finally {
      this.isTurning = false;
    }
  }
}
