import type { Logger } from '../telemetry/logger';
import { Repeated } from '../time/repeated';

const EVERY_MS = 15 * 60_000;
/** Without a partition for today nothing could be written: a week of faults is made up for. */
const DAYS_AHEAD = 7;

/** A log that has a partition per day (UTC). */
export interface DailyLog {
  /** In words, for the operator's log, such as `token events`. */
  readonly name: string;
  /** How many whole days before today are kept. */
  readonly keptDays: number;
  /** Makes the partitions of today and the `ahead` days after; how many were missing. */
  makeDays(ahead: number): Promise<number>;
  /** Drops the partitions of days before the last `keep`; how many. */
  dropDays(keep: number): Promise<number>;
}

/** Makes the days of a log ahead, and drops those that are over: in every process that writes it, one at a time. */
export class LogDays {
  private readonly turns: Repeated;

  constructor(
    private readonly log: DailyLog,
    private readonly logger: Logger,
  ) {
    this.turns = new Repeated({ everyMs: EVERY_MS, turn: () => this.keepDays(), failed: (error) => this.tell(error) });
  }

  /** Before anything is served: after a long pause there may be no partition for today. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keep();
    this.turns.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.turns.stop();
  }

  /** Does what is due now; a fault is logged, and made up for the next time. */
  async keep(): Promise<void> {
    try {
      await this.keepDays();
    } catch (error) {
      this.tell(error);
    }
  }

  private async keepDays(): Promise<void> {
    await this.log.makeDays(DAYS_AHEAD);
    await this.log.dropDays(this.log.keptDays);
  }

  private tell(error: unknown): void {
    this.logger.warn({ err: error }, `The days of the ${this.log.name} could not be kept; it is tried again later`);
  }
}
