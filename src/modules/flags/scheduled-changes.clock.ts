import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { ScheduledChangesService } from './scheduled-changes.service';

const EVERY_MS = 1_000;
const BATCH = 50;

/** Has scheduled changes made within a second of their time. Runs in every control plane; each change is made by one. */
@Injectable()
export class ScheduledChangesClock {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.makeDue(),
    failed: (err) => this.logger.warn({ err }, 'It is not known which changes of flags are due; it is asked again'),
  });

  constructor(
    private readonly scheduled: ScheduledChangesService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }

  private async makeDue(): Promise<void> {
    while (!this.turns.stopped && (await this.scheduled.makeDue(BATCH)) === BATCH);
  }
}
