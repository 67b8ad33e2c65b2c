import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/config.module';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { TokenEventsRepository } from './storage/token-events.repository';
import { tokenEventsConfig, type TokenEventsConfig } from './token-events.config';

const EVERY_MS = 15 * 60_000;
/** Without a partition for today nothing could be issued: a week of faults is made up for. */
const DAYS_AHEAD = 7;

/** Makes the days of the log ahead, and drops those that are over: in every process that writes it, one at a time. */
@Injectable()
export class TokenEventDays {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: TokenEventsRepository,
    @InjectConfig(tokenEventsConfig) private readonly config: TokenEventsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before anything is served: after a long pause there may be no partition for today. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keep();
    this.timer = setInterval(() => {
      this.turn = this.turn.then(() => this.keep());
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.turn;
  }

  /** Does what is due now; a fault is logged, and made up for the next time. */
  async keep(): Promise<void> {
    try {
      await this.repository.makeDays(DAYS_AHEAD);
      await this.repository.dropDays(this.config.TOKEN_EVENTS_RETENTION_DAYS);
    } catch (error) {
      this.logger.warn({ err: error }, 'The days of the token events could not be kept; it is tried again later');
    }
  }
}
