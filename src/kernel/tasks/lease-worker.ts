import type { Logger } from '../telemetry/logger';
import { ScheduledTask } from './scheduled-task';

/** A unit of work, claimed by one process for a limited time. */
export interface Lease {
  readonly tenantId: string;
  readonly id: string;
}

/** Work that only one process at a time may do, such as sending to one receiver. */
export interface LeaseWork {
  /** Display name for the operator's log, such as `audit sinks`. */
  readonly name: string;
  readonly everyMs: number;
  /** Maximum concurrent leases of this process. */
  readonly atOnce: number;
  /** Claims up to this many due leases, exclusively and for a limited time. */
  claim(atMost: number): Promise<readonly Lease[]>;
  /** Runs the work of one lease. The worker logs errors, and another process continues when the claim expires. */
  run(turn: Lease): Promise<void>;
}

/**
 * Claims and runs leases in every process that hosts this worker. A lease belongs to one process at a time, and passes to another process
 * when its owner exits.
 */
export class LeaseWorker {
  private readonly running = new Set<Promise<void>>();
  private readonly looks: ScheduledTask;

  constructor(
    private readonly taking: LeaseWork,
    private readonly logger: Logger,
  ) {
    this.looks = new ScheduledTask({
      everyMs: taking.everyMs,
      turn: () => this.look(),
      failed: (err) => logger.warn({ err }, `Claiming due ${taking.name} failed; retrying soon`),
    });
  }

  start(): void {
    this.looks.start();
  }

  /** Stops claiming leases. Resolves when the running leases have ended. */
  async stop(): Promise<void> {
    await this.looks.stop();
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const free = this.taking.atOnce - this.running.size;
    if (free === 0) return;
    for (const taken of await this.taking.claim(free)) {
      const turn = this.taking.run(taken).catch((error: unknown) => {
        this.logger.warn({ err: error, ...taken }, `Could not record a run of the ${this.taking.name}`);
      });
      this.running.add(turn);
      void turn.finally(() => this.running.delete(turn));
    }
  }
}
