import type { Logger } from '../telemetry/logger';
import { Scheduled } from '../tasks/scheduled';

const EVERY_MS = 15 * 60_000;
/** Events cannot be written without a partition for today. Creating partitions this far ahead leaves a week to fix failures. */
const DAYS_AHEAD = 7;

/** A log with one partition per day (UTC). */
export interface PartitionedLog {
  /** Display name for the operator's log, such as `token events`. */
  readonly name: string;
  /** Number of whole days before today that are kept. */
  readonly keptDays: number;
  /** Creates the partitions for today and the next `ahead` days. Returns the number of partitions that were missing. */
  createPartitions(ahead: number): Promise<number>;
  /** Drops the partitions of days before the last `keep` days. Returns the number of dropped partitions. */
  dropPartitions(keep: number): Promise<number>;
}

/**
 * Creates a log's partitions ahead of time and drops expired partitions. Runs in every process that writes the log, one process at a time.
 */
export class LogPartitions {
  constructor(
    private readonly log: PartitionedLog,
    private readonly logger: Logger,
  ) {}

  /** Runs before the process serves requests, because after a long pause there may be no partition for today. */
  async onApplicationBootstrap(): Promise<void> {
    await this.maintain();
  }

  /** Creates and drops the partitions that are due. Logs a failure; the next run catches up. */
  @Scheduled({
    name: 'log.keep_days',
    everyMs: EVERY_MS,
    failure: 'Could not create or drop partitions of a log; retrying later',
  })
  async maintain(): Promise<void> {
    try {
      await this.log.createPartitions(DAYS_AHEAD);
      await this.log.dropPartitions(this.log.keptDays);
    } catch (error) {
      this.logger.warn({ err: error }, `Could not create or drop partitions of the ${this.log.name}; retrying later`);
    }
  }
}
