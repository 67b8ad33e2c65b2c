import type { Logger } from '../telemetry/logger';
import { Scheduled } from '../tasks/scheduled';

const EVERY_MS = 15 * 60_000;
/** Without a partition for today nothing could be written: a week of faults is made up for. */
const DAYS_AHEAD = 7;

/** A log that has a partition per day (UTC). */
export interface PartitionedLog {
  /** In words, for the operator's log, such as `token events`. */
  readonly name: string;
  /** How many whole days before today are kept. */
  readonly keptDays: number;
  /** Makes the partitions of today and the `ahead` days after; how many were missing. */
  createPartitions(ahead: number): Promise<number>;
  /** Drops the partitions of days before the last `keep`; how many. */
  dropPartitions(keep: number): Promise<number>;
}

/** Makes the days of a log ahead, and drops those that are over: in every process that writes it, one at a time. */
export class LogPartitions {
  constructor(
    private readonly log: PartitionedLog,
    private readonly logger: Logger,
  ) {}

  /** Before anything is served: after a long pause there may be no partition for today. */
  async onApplicationBootstrap(): Promise<void> {
    await this.maintain();
  }

  /** Does what is due now; a fault is logged, and made up for the next time. */
  @Scheduled({
    name: 'log.keep_days',
    everyMs: EVERY_MS,
    failure: 'The days of a log could not be kept; they are tried again later',
  })
  async maintain(): Promise<void> {
    try {
      await this.log.createPartitions(DAYS_AHEAD);
      await this.log.dropPartitions(this.log.keptDays);
    } catch (error) {
      this.logger.warn(
        { err: error },
        `The days of the ${this.log.name} could not be kept; they are tried again later`,
      );
    }
  }
}
